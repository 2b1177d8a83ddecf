"""The Postgres writer: COPY into temporary stage tables, one merge per stream and checkpoint."""
