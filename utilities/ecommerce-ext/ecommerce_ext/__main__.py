"""Entry point of ``python -m ecommerce_ext``."""

from __future__ import annotations

from ecommerce_ext.main import app

app(prog_name="ecommerce")
