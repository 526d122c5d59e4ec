"""Template tags: the parts of the design as words a template can say."""
