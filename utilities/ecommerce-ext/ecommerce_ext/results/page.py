"""``ecommerce results``: write the page."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from importlib.resources import files
from typing import TYPE_CHECKING

from ecommerce_ext.results.figures import read_figures
from ecommerce_ext.warehouse.lock import warehouse_lock

if TYPE_CHECKING:
    from pathlib import Path

    from ecommerce_ext.settings import Settings

# In the order in which they need each other.
_SCRIPTS = (
    *("figures", "format", "period", "elements", "headline", "chart", "breakdowns"),
    *("tree", "cohorts", "quality", "app"),
)


def write_results(settings: Settings, file: Path) -> None:
    """Read the statistics, while no run changes them, and write the page.

    Raises:
        EcommerceError: If there are no statistics, or the warehouse refuses.
    """
    with warehouse_lock(settings) as connection:
        figures = read_figures(connection, settings)
    figures["madeAt"] = datetime.now(timezone.utc).isoformat(timespec="seconds")
    # No text of a shop's may end the script that it stands in.
    told = json.dumps(figures, ensure_ascii=False, separators=(",", ":")).replace(
        "<", "\\u003c"
    )
    folder = files(__package__) / "assets"
    script = "\n".join((folder / f"{name}.js").read_text("utf-8") for name in _SCRIPTS)
    page = (folder / "page.html").read_text("utf-8")
    for name, content in (
        ("/* style */", (folder / "style.css").read_text("utf-8")),
        ("/* script */", script),
        ("/* figures */", told),
    ):
        before, _, after = page.partition(name)
        page = f"{before}{content}{after}"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page, "utf-8")
