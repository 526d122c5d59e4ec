"""Pages of the library: browsing it, writing worksheets, bringing them in and out, and the wording of measures."""
