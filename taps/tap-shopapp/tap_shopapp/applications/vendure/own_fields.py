"""Fields of its own that a shop has given its orders: custom fields, in Vendure's words."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from tap_shopapp.api.graphql import Document

if TYPE_CHECKING:
    from collections.abc import Mapping

# What the contract knows, as a shop may have called it without regard to case and underscores.
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
# What takes a selection of its own, and may hold other people's records.
_COMPOUND = {"relation", "struct"}


def with_own_fields(document: Document, config: Mapping[str, Any], entity: str) -> Document:
    """Return a document with the fragment OwnFields, which it spreads.

    Args:
        document: What it is added to.
        config: The server's own list of its custom fields.
        entity: Of which kind of record.
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
    """Return the values of those own fields whose names tell what they are."""
    known: dict[str, Any] = {}
    for name, value in own.items():
        if value is not None and (field := _meant(name)):
            known.setdefault(field, value)
    return known


@cache  # a shop has few
def _meant(name: str) -> str | None:
    return _NAMES.get(name.replace("_", "").lower())
