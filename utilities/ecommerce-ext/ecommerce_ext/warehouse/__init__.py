"""The warehouse: connection, lock, raw tables, and what users own there."""
