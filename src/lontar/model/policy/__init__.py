"""The sharing policy's vocabulary: the facts that it may speak of, the language of its rules, and what a decision says."""
