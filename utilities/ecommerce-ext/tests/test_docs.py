"""What `ecommerce docs` makes of dbt's own documentation."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from ecommerce_ext.commands.docs import make_page, show_picture
from ecommerce_ext.schema.descriptions import complete

if TYPE_CHECKING:
    from pathlib import Path

OURS = "doc.shopapp_ecommerce.__shopapp_ecommerce__"
PICTURE = "<svg>a picture</svg>"


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


def test_the_picture_stands_where_the_sketch_stood() -> None:
    manifest = _manifest("shopapp_ecommerce")
    show_picture(manifest, PICTURE)
    overview = manifest["docs"][OURS]["block_contents"]
    encoded = re.search(r"\(data:image/svg\+xml;base64,(.*)\)", overview)
    assert encoded
    assert base64.b64decode(encoded[1]).decode() == PICTURE
    assert "sketch" not in overview
    assert overview.endswith("```sql\nselect 1\n```")


@pytest.mark.parametrize(
    ("project", "start"), [("shopapp_ecommerce", "# Ours"), ("host", "Welcome")]
)
def test_the_page_starts_with_our_overview_only_where_the_project_is_ours(
    project: str, start: str
) -> None:
    manifest = _manifest(project)
    show_picture(manifest, PICTURE)
    assert manifest["docs"]["doc.dbt.__overview__"]["block_contents"].startswith(start)


def test_what_a_page_holds_does_not_end_its_script_and_tells_nobody(tmp_path: Path) -> None:
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


def test_a_column_takes_its_description_from_where_it_comes_from() -> None:
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
                "columns": {"b": column("A b made anew.")},
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
        (name, of): known["description"]
        for name, node in (manifest["nodes"] | manifest["sources"]).items()
        for of, known in node["columns"].items()
        if name not in {"staging", "other"}
    } == {
        ("raw", "a"): "An a.",
        ("raw", "b"): "A b.",
        ("made", "a"): "An a.",
        ("made", "b"): "A b made anew.",
        ("passed on", "a"): "An a.",
        ("passed on", "b"): "A b made anew.",
    }
    assert manifest["nodes"]["passed on"]["columns"]["a"]["config"]["meta"] == {"pii": True}
