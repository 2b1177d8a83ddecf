"""The Postgres writer: COPY into temporary stages, one merge per stream and checkpoint."""
