"""The documentation of a built warehouse is complete, correct, and works in a browser."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ecommerce_ext.commands.docs import make_page
from ecommerce_ext.schema.tables import CORE, SHOWN, Schema, read_schema
from shopapp_demo.generate import generate_shop

if TYPE_CHECKING:
    from pipelines import Pipeline
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.pipeline

ROOT = Path(__file__).parents[2]
OURS = "shopapp_ecommerce"
WIDTHS = (1440, 400)


@dataclass
class Documented:
    """A warehouse and its documentation."""

    pipeline: Pipeline
    page: Path
    folder: Path
    schema: Schema
    manifest: dict[str, Any]
    catalog: dict[str, Any]


@pytest.fixture(scope="module")
def documented(pipeline: Pipeline) -> Documented:
    pipeline.load_rates(source="bundled", start_date="2026-01-01")
    pipeline.sync(generate_shop(orders=60))
    pipeline.build("--exclude-resource-type", "test")
    folder = pipeline.folder / "written"
    done = pipeline.ecommerce("schema", str(folder))
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == f"Wrote {folder / 'schema.md'}"
    target = pipeline.folder / "target"
    page = make_page(target)
    return Documented(pipeline, page, folder, read_schema(target), *_page_data(page))


def _page_data(page: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return manifest and catalog from the page, as its script reads them."""
    text = page.read_text()
    found = []
    for name in ("manifest:", "catalog:"):
        start = re.search(rf'[{{,]{name}(?={{"metadata)', text)
        assert start
        found.append(json.JSONDecoder().raw_decode(text, start.end())[0])
    return found[0], found[1]


def test_every_relation_and_column_is_described(documented: Documented) -> None:
    manifest, catalog = documented.manifest, documented.catalog
    known = [
        node
        for node in (manifest["nodes"] | manifest["sources"]).values()
        if node["package_name"] == OURS and node["resource_type"] in {"model", "seed", "source"}
    ]
    built = catalog["nodes"] | catalog["sources"]
    assert {node["unique_id"] for node in known} >= built.keys()
    missing = {node["name"] for node in known if not node["description"].strip()}
    for node in known:
        for column in built.get(node["unique_id"], node)["columns"]:
            if not node["columns"].get(column, {}).get("description", "").strip():
                missing.add(f"{node['name']}.{column}")
    assert missing == set()


def test_public_model_columns_are_described_in_its_own_yaml(documented: Documented) -> None:
    written = json.loads((documented.pipeline.folder / "target/manifest.json").read_text())
    missing = {
        f"{node['name']}.{column}"
        for name, node in written["nodes"].items()
        if node["package_name"] == OURS and node.get("access") == "public"
        for column in documented.catalog["nodes"][name]["columns"]
        if not node["columns"].get(column, {}).get("description")
    }
    assert missing == set()


def test_public_model_has_the_columns_and_types_of_its_contract(documented: Documented) -> None:
    built = documented.pipeline.rows(
        """
        select c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
        from pg_attribute a
        join pg_class c on c.oid = a.attrelid
        where c.relnamespace = 'ecommerce'::regnamespace and c.relkind = 'r'
            and a.attnum > 0 and not a.attisdropped
        """
    )
    agreed = [
        (
            node["alias"],
            column["name"],
            column["data_type"].replace(", ", ",").replace("tz", " with time zone"),
        )
        for node in documented.manifest["nodes"].values()
        if node["resource_type"] == "model" and node["access"] == "public"
        if node["config"]["contract"]["enforced"]
        for column in node["columns"].values()
    ]
    public = {
        node["alias"]
        for node in documented.manifest["nodes"].values()
        if node["resource_type"] == "model" and node["access"] == "public"
    }
    assert sorted(agreed) == sorted(row for row in built if row[0] in public)


def test_every_exposure_macro_and_argument_is_described(documented: Documented) -> None:
    manifest = documented.manifest
    missing = {
        exposure["name"]
        for exposure in manifest["exposures"].values()
        if not exposure["description"].strip()
    }
    for macro in manifest["macros"].values():
        # Public macros call the others.
        inner = re.match("_|default__|postgres__|duckdb__|spark__", macro["name"])
        if macro["package_name"] != OURS or inner:
            continue
        if macro["name"].startswith("materialization_"):  # has no arguments
            if not macro["description"].strip():
                missing.add(macro["name"])
            continue
        signature = re.search(rf"macro {macro['name']}\(([^)]*)\)", macro["macro_sql"])
        assert signature
        arguments = re.findall(r"(?:^|,)\s*(\w+)", signature[1])
        described = [
            argument["name"] for argument in macro["arguments"] if argument["description"]
        ]
        if arguments != described or not macro["description"].strip():
            missing.add(macro["name"])
    assert missing == set()


def test_documented_columns_types_and_keys_match_the_database(documented: Documented) -> None:
    found: dict[str, list[tuple[str, str, bool, bool]]] = {}
    for table, column, kind, is_required, is_key in documented.pipeline.rows(
        """
        select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
            coalesce(a.attnum = any(k.conkey), false)
        from pg_attribute a
        join pg_class c on c.oid = a.attrelid
        left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
        where c.relnamespace = 'ecommerce'::regnamespace and c.relkind = 'r'
            and a.attnum > 0 and not a.attisdropped
        order by a.attnum
        """
    ):
        name = kind.replace("timestamp with time zone", "timestamptz")
        found.setdefault(table, []).append((column, name, is_required, is_key))
    assert [table.name for table in documented.schema.tables] == list(SHOWN)
    for table in documented.schema.tables:
        assert [
            (column.name, column.type, column.is_required, column.is_key)
            for column in table.columns
        ] == found[table.name]
    drawn = {
        f"{key.child}.{key.column} → {key.parent}" for key in documented.schema.foreign_keys
    }
    assert drawn == documented.pipeline.foreign_keys()


def test_database_comments_match_the_descriptions(documented: Documented) -> None:
    comments = dict(
        documented.pipeline.rows(
            """
            select c.relname || coalesce('.' || a.attname, ''), d.description
            from pg_description d
            join pg_class c on c.oid = d.objoid and d.classoid = 'pg_class'::regclass
            left join pg_attribute a on a.attrelid = c.oid and a.attnum = nullif(d.objsubid, 0)
            where c.relnamespace = 'ecommerce'::regnamespace
            """
        )
    )
    described = {}
    for node in documented.manifest["nodes"].values():
        if node["resource_type"] == "model" and node["config"]["persist_docs"]:
            described[node["alias"]] = node["description"]
            for column in node["columns"].values():
                described[f"{node['alias']}.{column['name']}"] = column["description"]
    assert {f"{table}.dtLoaded" for table in CORE} <= described.keys()
    assert comments == described


def test_schema_page_and_picture_in_docs_are_current(documented: Documented) -> None:
    for name in ("schema.md", "schema.svg"):
        written = (documented.folder / name).read_text()
        assert written == (ROOT / "docs" / name).read_text(), (
            f"docs/{name} is stale. Run: ecommerce schema"
        )


@pytest.fixture
def opened(page: Page, documented: Documented) -> Page:
    page.set_viewport_size({"width": WIDTHS[0], "height": 1000})
    page.goto(documented.page.as_uri())
    return page


def _picture(page: Page) -> Locator:
    picture = page.get_by_alt_text("Diagram of the tables")
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    return picture


def test_first_page_is_the_overview_with_the_picture(opened: Page) -> None:
    assert opened.get_by_role("heading", name="The E-Commerce module").is_visible()
    assert _picture(opened).is_visible()
    assert opened.get_by_text("──").count() == 0  # the picture replaces the sketch
    assert opened.get_by_role("heading", name=re.compile(r"^[1-8]\. .*\?$")).count() == 8


@pytest.mark.parametrize("width", WIDTHS)
def test_picture_letters_are_large_enough_at_every_width(opened: Page, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 1000})
    box = _picture(opened).bounding_box()
    assert box
    smallest, drawn_width = 10, 1058
    assert box["width"] / drawn_width * smallest > 8
    # A picture wider than the screen scrolls; the page does not.
    assert opened.evaluate("document.body.scrollWidth") <= width


def test_page_shows_a_tables_description_and_lineage(opened: Page) -> None:
    opened.get_by_role("link", name="ECommerce_Item", exact=True).click()
    opened.get_by_role("heading", name="ECommerce_Item").wait_for()
    row = opened.get_by_role("row", name="refundedQuantity numeric")
    row.click()
    described = opened.get_by_role("paragraph").filter(has_text="Units refunded.")
    assert described.is_visible()
    opened.locator("[ng-click='onLauncherClick()']").click()
    opened.get_by_text("Lineage Graph").wait_for()
    # The graph is drawn on a canvas, so only its script knows the names in it.
    painted = opened.wait_for_function(
        """() => {
            const graph = document.querySelector(".__________cytoscape_container")
            const nodes = graph?._cyreg.cy.nodes(":visible") ?? []
            return nodes.length ? nodes.map(node => node.id().split(".").pop()) : null
        }"""
    ).json_value()
    assert {"stg_ecommerce__items", "ECommerce_Transaction", "ECommerce_Product"} <= {*painted}
    assert opened.locator("canvas").first.is_visible()
