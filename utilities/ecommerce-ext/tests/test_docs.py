"""`ecommerce docs`: its changes to the documentation of dbt."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from ecommerce_ext.commands.docs import embed_diagram, make_page
from ecommerce_ext.schema.descriptions import complete

if TYPE_CHECKING:
    from pathlib import Path

OURS = "doc.shopapp_ecommerce.__shopapp_ecommerce__"
DIAGRAM = "<svg>a diagram</svg>"


def _manifest(project: str) -> dict[str, Any]:
    return {
        "metadata": {"project_name": project, "send_anonymous_usage_stats": True},
        "docs": {
            "doc.dbt.__overview__": {"block_contents": "Welcome"},
            OURS: {
                "block_contents": "# Ours\n```text\n── a sketch\n```\n```sql\nselect 1\n```"
            },
        },
        "nodes": {},
        "sources": {},
        "child_map": {},
    }


def test_diagram_replaces_the_text_sketch() -> None:
    manifest = _manifest("shopapp_ecommerce")
    embed_diagram(manifest, DIAGRAM)
    overview = manifest["docs"][OURS]["block_contents"]
    encoded = re.search(r"\(data:image/svg\+xml;base64,(.*)\)", overview)
    assert encoded
    assert base64.b64decode(encoded[1]).decode() == DIAGRAM
    assert "sketch" not in overview
    assert overview.endswith("```sql\nselect 1\n```")


@pytest.mark.parametrize(
    ("project", "start"), [("shopapp_ecommerce", "# Ours"), ("host", "Welcome")]
)
def test_start_page_is_the_package_overview_in_its_own_project(
    project: str, start: str
) -> None:
    manifest = _manifest(project)
    embed_diagram(manifest, DIAGRAM)
    assert manifest["docs"]["doc.dbt.__overview__"]["block_contents"].startswith(start)


def test_page_escapes_closing_tags_and_sends_no_usage_statistics(tmp_path: Path) -> None:
    manifest = _manifest("host")
    manifest["docs"][OURS]["block_contents"] += "</script><b>broken</b>"
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "catalog.json").write_text('{"nodes": {}, "sources": {}}')
    (tmp_path / "index.html").write_text(
        '<head></head><script>n={m:"MANIFEST.JSON INLINE DATA",c:"CATALOG.JSON INLINE DATA"}'
        "</script>"
    )
    page = make_page(tmp_path).read_text()
    assert page.count("</script>") == 1
    held = json.JSONDecoder().raw_decode(page, page.index("{m:") + 3)[0]
    assert held["docs"][OURS]["block_contents"].endswith("</script><b>broken</b>")
    assert held["metadata"]["send_anonymous_usage_stats"] is False


def test_column_without_description_inherits_it_from_its_source() -> None:
    def column(description: str, *, personal: bool = False) -> dict[str, Any]:
        return {"description": description, "config": {"meta": {"pii": personal}}}

    manifest: dict[str, Any] = {
        "sources": {"raw": {"columns": {"a": column("")}}},
        "nodes": {
            "staging": {
                "depends_on": {"nodes": ["raw"]},
                "columns": {"a": column("An a.", personal=True), "b": column("A b.")},
            },
            "other": {"depends_on": {"nodes": []}, "columns": {"b": column("Another b.")}},
            "made": {
                "depends_on": {"nodes": ["staging", "other"]},
                "columns": {"b": column("A new b.")},
            },
            "passed on": {"depends_on": {"nodes": ["made"]}, "columns": {}},
        },
        "child_map": {"raw": ["staging"]},
    }
    built: dict[str, Any] = {"columns": {"a": {}, "b": {}, "c": {}}}
    complete(
        manifest,
        {"nodes": dict.fromkeys(manifest["nodes"], built), "sources": {"raw": built}},
    )
    assert {
        (name, column_name): known["description"]
        for name, node in (manifest["nodes"] | manifest["sources"]).items()
        for column_name, known in node["columns"].items()
        if name not in {"staging", "other"}
    } == {
        ("raw", "a"): "An a.",
        ("raw", "b"): "A b.",
        ("made", "a"): "An a.",
        ("made", "b"): "A new b.",
        ("passed on", "a"): "An a.",
        ("passed on", "b"): "A new b.",
    }
    assert manifest["nodes"]["passed on"]["columns"]["a"]["config"]["meta"] == {"pii": True}
