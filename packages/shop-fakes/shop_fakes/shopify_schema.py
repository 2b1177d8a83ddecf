"""The schemas of Shopify's Admin API, which `make schemas` fetches.

Without them, tests that need them are skipped with a message; in CI they fail.
"""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from graphql import GraphQLError, build_client_schema, parse, validate

from shop_fakes.shopify_fetch import FOLDER, is_fetched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import DocumentNode, GraphQLSchema

VERSIONS = ("2025-10", "2026-01", "2026-04", "2026-07", "2026-10", "unstable")


@dataclass(frozen=True)
class VersionSchema:
    """One version of the API.

    Attributes:
        schema: The GraphQL schema.
        scopes: Scopes by type; an app needs one of them to read the type.
    """

    schema: GraphQLSchema
    scopes: Mapping[str, frozenset[str]]


def require_schemas() -> None:
    """Skip the running test without schemas; in CI, fail it."""
    if is_fetched():
        return
    missing = "Shopify's schemas are not here. Fetch them: make schemas"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


@cache
def load(version: str) -> VersionSchema:
    """Return the schema of a version; the first call takes seconds."""
    require_schemas()
    content = orjson.loads(gzip.decompress((FOLDER / f"admin_{version}.json.gz").read_bytes()))
    # The published interfaces lack parts that validation requires.
    schema = build_client_schema(content["data"], assume_valid=True)
    return VersionSchema(schema, _scopes(content["offline_scopes"]["items"]))


def _scopes(items: list[dict[str, Any]]) -> dict[str, frozenset[str]]:
    return {
        each["typeName"]: frozenset(each["offlineScopes"])
        for each in items
        if each["type"] == "type" and each["offlineScopes"]
    }


@cache
def checked(version: str, text: str) -> tuple[DocumentNode | None, list[dict[str, Any]]]:
    """Return a document and its errors; cached, as clients repeat their documents."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return None, [dict(error.formatted)]
    errors = validate(load(version).schema, document)
    return document, [dict(error.formatted) for error in errors]
