"""The dbt project: its directories, its declared relations, and runs of dbt."""
