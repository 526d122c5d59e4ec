"""Worksheets on their way in and out: our own TOML and JSON, and FHIR R4 Questionnaires and their answers.

`own` writes and reads our own formats, `fhir_out` and `fhir_in` speak FHIR, `coming` tells a file's format and reads it,
`strict` keeps out what no worksheet can be. One table says how each kind of question is written in FHIR: `SHAPES` in
`fhir_shapes`. Whatever is sent, only `DefinitionError` comes out.
"""
