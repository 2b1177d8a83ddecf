"""PrestaShop, read through its webservice (releases 8 and 9)."""
