"""``ecommerce docs`` and ``ecommerce schema``: the documentation of the tables.

The documentation of dbt needs a web server. This module turns it into one file that opens
without a network, and puts the diagram of the tables into it.
"""

from __future__ import annotations

import base64
import json
import os
import re
from typing import TYPE_CHECKING, Any

from ecommerce_ext.dbt.package import PACKAGE
from ecommerce_ext.dbt.runner import run_dbt
from ecommerce_ext.schema.descriptions import complete
from ecommerce_ext.schema.page import ALT, write_page
from ecommerce_ext.schema.svg import draw
from ecommerce_ext.schema.tables import read_schema

if TYPE_CHECKING:
    from pathlib import Path

    from ecommerce_ext.settings import Settings

_OVERVIEW = f"doc.{PACKAGE}.__{PACKAGE}__"
_START = "doc.dbt.__overview__"
# dbt's page is light whatever the reader has, and made for wide screens only: on a narrow one
# its menu comes to stand above the text, and a picture scrolls instead of shrinking.
_LOOKS = """<style>
p:has(> img) { overflow-x: auto; }
p > img { color-scheme: only light; width: 100%; min-width: 860px; max-width: 1056px; }
@media (max-width: 959px) {
  body, .app { min-width: 0; }
  .app { flex-direction: column; }
  .app > .app-menu { width: 100%; max-width: none; height: auto; flex: 0 0 300px; }
  .app > .app-content { width: 100%; min-width: 0; min-height: 0; }
}
</style></head>"""


def write_docs(settings: Settings) -> Path:
    """Write the documentation of the project into one page, and return where it is."""
    return make_page(_generate(settings))


def make_page(target: Path) -> Path:
    """Make one page of what dbt wrote into ``target``, and return where it is."""
    manifest, catalog = (
        json.loads((target / f"{name}.json").read_text("utf-8"))
        for name in ("manifest", "catalog")
    )
    complete(manifest, catalog)
    show_picture(manifest, draw(read_schema(target)))
    page = (target / "index.html").read_text("utf-8").replace("</head>", _LOOKS, 1)
    for name, content in (("MANIFEST", manifest), ("CATALOG", catalog)):
        # What a page holds as data must not end the script that it stands in.
        data = json.dumps(content).replace("</", "<\\/")
        page = page.replace(f'"{name}.JSON INLINE DATA"', data)
    written = target / "static_index.html"
    written.write_text(page, "utf-8")
    return written


def show_picture(manifest: dict[str, Any], picture: str) -> None:
    """Put the picture into the overview of the package, and where it is ours, start with that.

    The page of a host starts with the host's own overview, and leads to the package's.
    """
    encoded = base64.b64encode(picture.encode()).decode()
    overview = manifest["docs"][_OVERVIEW]
    # The sketch in letters is for readers of dbt's own page.
    overview["block_contents"] = re.sub(
        "```text\n.*?```",
        f"![{ALT}](data:image/svg+xml;base64,{encoded})",
        overview["block_contents"],
        count=1,
        flags=re.DOTALL,
    )
    # A page that is opened without a network has nobody to tell that it was opened.
    manifest["metadata"]["send_anonymous_usage_stats"] = False
    if manifest["metadata"]["project_name"] == PACKAGE:
        manifest["docs"][_START]["block_contents"] = overview["block_contents"]


def write_schema(settings: Settings, folder: Path) -> Path:
    """Write the picture and the page of the tables, and return where the page is.

    Args:
        settings: All settings.
        folder: Where to write them.
    """
    schema = read_schema(_generate(settings))
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "schema.md"
    page.with_suffix(".svg").write_text(draw(schema), "utf-8")
    page.write_text(write_page(schema, "schema.svg"), "utf-8")
    return page


def _generate(settings: Settings) -> Path:
    run_dbt(settings, ["docs", "generate"])
    return settings.project / os.environ.get("DBT_TARGET_PATH", "target")
