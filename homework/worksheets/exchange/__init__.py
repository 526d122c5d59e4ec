"""Worksheets on their way in and out: our own TOML and JSON, and FHIR R4 Questionnaires and their answers.

`own` writes and reads our own formats, `fhir_out` and `fhir_in` speak FHIR, `coming` tells a file's format and reads it,
`leaving` is a file to take along, `strict` keeps out what no worksheet can be. How each kind of question is written in
FHIR is one table, in `fhir_table`. Whatever is sent, only `DefinitionError` comes out.
"""
