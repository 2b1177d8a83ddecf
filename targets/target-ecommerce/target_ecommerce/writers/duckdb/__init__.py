"""The DuckDB writer: temporary stages, one merge per stream and checkpoint."""
