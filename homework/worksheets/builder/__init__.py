"""Writing a worksheet on a page. The path of the data:

a draft's table (JSON, perhaps unfinished) -> `page` says which inputs there are, from the very dataclasses that read
definitions -> the browser -> `post` puts what was typed back into the table -> the draft is saved, whatever it holds ->
`checks` says beside each input what the parser would not accept -> `sketch` shows it as a client would see it.

A new attribute of a kind of question therefore needs one label in `words`, and nothing else here.
"""
