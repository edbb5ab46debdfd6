"""The engine-neutral plan: what it may say, and how it is written down as DuckDB SQL."""
