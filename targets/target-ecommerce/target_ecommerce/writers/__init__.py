"""The warehouses that the target can write to."""
