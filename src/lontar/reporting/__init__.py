"""A participant sends, checks, repairs, signs off and shares what it reports."""
