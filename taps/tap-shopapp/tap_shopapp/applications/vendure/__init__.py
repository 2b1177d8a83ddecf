"""Vendure: shops that are read by its Admin API."""

from __future__ import annotations

from tap_shopapp.applications.vendure.client import Vendure

__all__ = ["Vendure"]
