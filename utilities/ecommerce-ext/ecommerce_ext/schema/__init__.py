"""The tables as a picture and as a page, drawn from what dbt knows of them."""
