"""The measured claims: `python -m benchmarks` prints their tables."""
