"""The digest: rows are gathered (`gather`, `input`), signals found (`signals`), lines made, folded and built (`build`)."""
