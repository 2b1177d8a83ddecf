"""Custom fields of orders, which a shop defines itself."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from tap_shopapp.api.graphql import Document

if TYPE_CHECKING:
    from collections.abc import Mapping

# Fields of the contract by possible names, without case and underscores.
_NAMES = {
    "landingurl": "landing_url",
    "landingpage": "landing_url",
    "referrer": "referrer_url",
    "referrerurl": "referrer_url",
    "utmsource": "utm_source",
    "utmmedium": "utm_medium",
    "utmcampaign": "utm_campaign",
    "utmcontent": "utm_content",
    "utmterm": "utm_term",
    "idsendlog": "idSendLog",
    "idbatch": "idBatch",
    "idvisit": "idVisit",
    "idcontact": "id_contact",
}
# Types that need a selection of their own, and may contain personal data of other records.
_COMPOUND = {"relation", "struct"}


def with_own_fields(document: Document, config: Mapping[str, Any], entity: str) -> Document:
    """Return a document with the fragment OwnFields, which it uses.

    Args:
        document: The document.
        config: The configuration of the server, which lists the custom fields.
        entity: The type of record.
    """
    names = [
        field["name"]
        for listed in config["entityCustomFields"]
        if listed["entityName"] == entity
        for field in listed["customFields"]
        if field["type"] not in _COMPOUND
    ]
    selection = f"customFields {{ {' '.join(names)} }}" if names else "id"
    fragment = f"fragment OwnFields on {entity} {{ {selection} }}"
    return Document(document.name, f"{document.text}\n{fragment}\n")


def named(own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the custom fields whose names match fields of the contract."""
    known: dict[str, Any] = {}
    for name, value in own.items():
        if value is not None and (field := _meant(name)):
            known.setdefault(field, value)
    return known


@cache  # a shop has few names
def _meant(name: str) -> str | None:
    return _NAMES.get(name.replace("_", "").lower())
