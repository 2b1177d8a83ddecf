"""What the tap asks of Shopify is what Shopify's published schemas have, in each version."""

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

# The first versions that have what a query asks for; it is asked in no other.
SINCE = {"bulk_operations": "2026-01"}
ASKED = [
    (name, version)
    for name in sorted(DOCUMENTS)
    for version in VERSIONS
    if version >= SINCE.get(name, "")
]


@pytest.fixture(autouse=True, scope="module")
def _schemas() -> None:
    require_schemas()


def deprecated(text: str, version: str) -> list[str]:
    """Return what a document asks for that a version says is to go."""
    errors = validate(load(version).schema, parse(text), [NoDeprecatedCustomRule])
    return [error.message for error in errors]


def test_an_archive_that_is_another_is_not_unpacked(tmp_path: Path) -> None:
    archive = tmp_path / "package.tgz"
    archive.write_bytes(b"another")

    with pytest.raises(SystemExit, match="is not the one that"):
        unpack(archive, tmp_path / "schemas")

    assert not (tmp_path / "schemas").exists()


def test_every_query_file_is_asked() -> None:
    folder = files("tap_shopapp.applications.shopify") / "queries"
    names = {its.name.removesuffix(".graphql") for its in folder.iterdir() if its.is_file()}

    assert DOCUMENTS.keys() == names


@pytest.mark.parametrize(("name", "version"), ASKED)
def test_a_query_is_valid_in_every_version_that_is_asked_it(name: str, version: str) -> None:
    _, errors = checked(version, DOCUMENTS[name].text)

    assert errors == []


@pytest.mark.parametrize(("name", "version"), ASKED)
def test_nothing_is_asked_that_is_to_go(name: str, version: str) -> None:
    assert deprecated(DOCUMENTS[name].text, version) == []


def test_what_is_to_go_is_marked_in_the_schemas() -> None:
    [message] = deprecated('{ order(id: "1") { landingPageUrl } }', "2026-10")

    assert message.startswith("The field Order.landingPageUrl is deprecated.")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_field_of_the_former_api_is_not_in_any(version: str) -> None:
    _, [error] = checked(version, '{ order(id: "1") { landingSite } }')

    assert error["message"].startswith("Cannot query field 'landingSite' on type 'Order'.")
