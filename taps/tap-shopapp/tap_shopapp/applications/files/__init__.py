"""Files that people export: CSV, spreadsheets, JSON lines."""

from __future__ import annotations

from tap_shopapp.applications.files.client import Files

__all__ = ["Files"]
