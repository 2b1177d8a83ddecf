"""WooCommerce, read through its REST API, version 3."""
