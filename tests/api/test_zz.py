import json
def test_schema(db):
    from clinic.api_schema import openapi
    from drf_spectacular.drainage import GENERATOR_STATS
    GENERATOR_STATS.reset()
    s = openapi()
    print(GENERATOR_STATS._warn_cache, GENERATOR_STATS._error_cache)
    from drf_spectacular.validation import validate_schema
    validate_schema(s)
    __import__("pathlib").Path("/tmp/schema.json").write_text(json.dumps(s, indent=1, default=str))
    for p, ops in s["paths"].items():
        for m, op in ops.items(): print(m, p, op["operationId"], op.get("summary"), "|", op.get("description"), op.get("tags"))
