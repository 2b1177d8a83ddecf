"""The tap's queries are valid in each version of Shopify's published schemas."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from graphql import NoDeprecatedCustomRule, parse, validate
from shop_fakes.shopify_fetch import unpack
from shop_fakes.shopify_schema import VERSIONS, checked, load, require_schemas
from tap_shopapp.api.graphql import Document
from tap_shopapp.applications.shopify import documents

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = {its.name: its for its in vars(documents).values() if isinstance(its, Document)}

# The first version in which the tap sends a query.
SINCE = {"bulk_operations": "2026-01"}
SENT = [
    (name, version)
    for name in sorted(DOCUMENTS)
    for version in VERSIONS
    if version >= SINCE.get(name, "")
]


@pytest.fixture(autouse=True, scope="module")
def _schemas() -> None:
    require_schemas()


def deprecated(text: str, version: str) -> list[str]:
    """Return the errors for fields of a document that a version deprecates."""
    errors = validate(load(version).schema, parse(text), [NoDeprecatedCustomRule])
    return [error.message for error in errors]


def test_archive_with_another_hash_is_not_unpacked(tmp_path: Path) -> None:
    archive = tmp_path / "package.tgz"
    archive.write_bytes(b"another")

    with pytest.raises(SystemExit, match="is not the one that"):
        unpack(archive, tmp_path / "schemas")

    assert not (tmp_path / "schemas").exists()


def test_every_query_file_is_used() -> None:
    folder = files("tap_shopapp.applications.shopify") / "queries"
    names = {its.name.removesuffix(".graphql") for its in folder.iterdir() if its.is_file()}

    assert DOCUMENTS.keys() == names


@pytest.mark.parametrize(("name", "version"), SENT)
def test_query_is_valid_in_every_version_that_gets_it(name: str, version: str) -> None:
    _, errors = checked(version, DOCUMENTS[name].text)

    assert errors == []


@pytest.mark.parametrize(("name", "version"), SENT)
def test_queries_use_no_deprecated_field(name: str, version: str) -> None:
    assert deprecated(DOCUMENTS[name].text, version) == []


def test_deprecated_field_is_marked_in_the_schemas() -> None:
    [message] = deprecated('{ order(id: "1") { landingPageUrl } }', "2026-10")

    assert message.startswith("The field Order.landingPageUrl is deprecated.")


@pytest.mark.parametrize("version", VERSIONS)
def test_field_of_the_former_api_is_in_no_schema(version: str) -> None:
    _, [error] = checked(version, '{ order(id: "1") { landingSite } }')

    assert error["message"].startswith("Cannot query field 'landingSite' on type 'Order'.")
