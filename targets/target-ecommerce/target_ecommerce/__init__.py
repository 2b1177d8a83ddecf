"""Singer target for Postgres and DuckDB with exact values and counted rows."""
