"""The results page: what sold, and which message sold it, in one file that needs no network."""

from __future__ import annotations

from ecommerce_ext.results.page import write_results

__all__ = ["write_results"]
