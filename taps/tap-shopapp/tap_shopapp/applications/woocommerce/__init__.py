"""Shops that run WooCommerce, by its REST API, version 3."""

from __future__ import annotations

from tap_shopapp.applications.woocommerce.client import WooCommerce

__all__ = ["WooCommerce"]
