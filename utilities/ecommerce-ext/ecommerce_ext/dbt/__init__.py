"""The dbt project: where it is, what it declares, and how dbt runs on it."""
