"""Write the results page: one HTML file with its styles, scripts and data."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from importlib.resources import files
from typing import TYPE_CHECKING

from ecommerce_ext.results.figures import read_figures
from ecommerce_ext.results.scripts import join_modules
from ecommerce_ext.warehouse.lock import warehouse_lock

if TYPE_CHECKING:
    from pathlib import Path

    from ecommerce_ext.settings import Settings


def write_results(settings: Settings, file: Path) -> None:
    """Read the statistics and write the page.

    The warehouse lock keeps runs from changing the statistics meanwhile.

    Raises:
        EcommerceError: If the statistics do not exist, or the warehouse refuses.
    """
    with warehouse_lock(settings) as connection:
        figures = read_figures(connection, settings)
    figures["madeAt"] = datetime.now(timezone.utc).isoformat(timespec="seconds")
    # A "<" in a text of the shop could end the script element that contains the data.
    data = json.dumps(figures, ensure_ascii=False, separators=(",", ":")).replace(
        "<", "\\u003c"
    )
    page = _asset("page.html")
    for name, content in (
        ("/* style */", _asset("style.css")),
        ("/* script */", join_modules("app.js", _asset)),
        ("/* figures */", data),
    ):
        before, _, after = page.partition(name)
        page = f"{before}{content}{after}"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page, "utf-8")


def _asset(name: str) -> str:
    return (files(__package__) / "assets" / name).read_text("utf-8")
