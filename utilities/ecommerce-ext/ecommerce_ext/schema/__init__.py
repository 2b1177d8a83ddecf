"""A diagram and a page of the tables, generated from dbt's manifest and catalog."""
