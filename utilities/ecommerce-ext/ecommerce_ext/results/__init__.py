"""The results page: sales and the campaigns behind them, in one file that works offline."""

from __future__ import annotations

from ecommerce_ext.results.page import write_results

__all__ = ["write_results"]
