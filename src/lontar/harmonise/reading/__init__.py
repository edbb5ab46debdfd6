"""Source files -> landed rows: every cell as text, with its place. Parsing happens in a limited child process."""
