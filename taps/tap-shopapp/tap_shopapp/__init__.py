"""Singer tap that extracts orders, lines, products and categories from shops."""
