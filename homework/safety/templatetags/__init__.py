"""Words about reading and safety that many pages say."""
