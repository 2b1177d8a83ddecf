"""``ecommerce docs`` and ``ecommerce schema``: the documentation of the tables.

The documentation of dbt needs a web server. This module writes it into one file that opens
without a network, and adds the diagram of the tables.
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
_START_PAGE = "doc.dbt.__overview__"
# dbt's page has no dark mode and is made for wide screens. On a narrow screen, these styles
# move the menu above the text, and let a diagram scroll instead of shrink.
_STYLES = """<style>
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
    """Write the documentation of the project as one page, and return its path."""
    return make_page(_generate(settings))


def make_page(target: Path) -> Path:
    """Join the files that dbt wrote into ``target`` into one page, and return its path."""
    manifest, catalog = (
        json.loads((target / f"{name}.json").read_text("utf-8"))
        for name in ("manifest", "catalog")
    )
    complete(manifest, catalog)
    embed_diagram(manifest, draw(read_schema(target)))
    page = (target / "index.html").read_text("utf-8").replace("</head>", _STYLES, 1)
    for name, content in (("MANIFEST", manifest), ("CATALOG", catalog)):
        # A closing tag in the data would end the script element.
        data = json.dumps(content).replace("</", "<\\/")
        page = page.replace(f'"{name}.JSON INLINE DATA"', data)
    written = target / "static_index.html"
    written.write_text(page, "utf-8")
    return written


def embed_diagram(manifest: dict[str, Any], diagram: str) -> None:
    """Embed the diagram in the overview of the package.

    If the package is the project itself, its overview becomes the start page. The page of
    another project starts with the overview of that project, which links to the package's.
    """
    encoded = base64.b64encode(diagram.encode()).decode()
    overview = manifest["docs"][_OVERVIEW]
    # The text sketch is for readers of dbt's own page.
    overview["block_contents"] = re.sub(
        "```text\n.*?```",
        f"![{ALT}](data:image/svg+xml;base64,{encoded})",
        overview["block_contents"],
        count=1,
        flags=re.DOTALL,
    )
    # The page must not send usage statistics when it is opened.
    manifest["metadata"]["send_anonymous_usage_stats"] = False
    if manifest["metadata"]["project_name"] == PACKAGE:
        manifest["docs"][_START_PAGE]["block_contents"] = overview["block_contents"]


def write_schema(settings: Settings, folder: Path) -> Path:
    """Write the diagram and the page of the tables into a folder; return the page's path."""
    schema = read_schema(_generate(settings))
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "schema.md"
    page.with_suffix(".svg").write_text(draw(schema), "utf-8")
    page.write_text(write_page(schema, "schema.svg"), "utf-8")
    return page


def _generate(settings: Settings) -> Path:
    run_dbt(settings, ["docs", "generate"])
    return settings.project / os.environ.get("DBT_TARGET_PATH", "target")
