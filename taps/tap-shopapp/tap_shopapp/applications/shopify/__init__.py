"""Shopify, by its Admin GraphQL API."""

from __future__ import annotations

from tap_shopapp.applications.shopify.client import Shopify

__all__ = ["Shopify"]
