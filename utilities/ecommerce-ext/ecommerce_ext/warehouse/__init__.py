"""The warehouse: connection, lock, raw tables, and objects of users."""
