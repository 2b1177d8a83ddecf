"""Shops with the ShopApp API, which `openapi.yaml` documents."""
