"""Shops with the ShopApp API: our own, documented in `openapi.yaml`."""

from __future__ import annotations

from tap_shopapp.applications.shopapp.client import ShopApp

__all__ = ["ShopApp"]
