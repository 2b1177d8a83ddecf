"""A server of the ShopApp API with a generated shop, and a private Postgres."""
