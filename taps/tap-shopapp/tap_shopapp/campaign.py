"""The campaign that a landing URL or an order's attributes name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from tap_shopapp.values import storable, text

if TYPE_CHECKING:
    from collections.abc import Mapping

PARAMETERS = {
    "utm_source": "utm_source",
    "utm_medium": "utm_medium",
    "utm_campaign": "utm_campaign",
    "utm_content": "utm_content",
    "utm_term": "utm_term",
    "id_send_log": "idSendLog",
    "id_batch": "idBatch",
    "id_visit": "idVisit",
}


def campaign_fields(
    landing_url: str | None, attributes: Mapping[str, Any]
) -> dict[str, str | None]:
    """Return utm_* and the send's ids; an attribute of the order wins over its link."""
    query: dict[str, str] = {}
    if landing_url and "?" in landing_url:
        # The first of a repeated parameter counts, as analytics tools read them.
        for pair in landing_url.partition("#")[0].partition("?")[2].split("&"):
            name, _, value = pair.partition("=")
            if value:
                query.setdefault(_decoded(name).lower(), _decoded(value))
    if not query and not attributes:
        return dict.fromkeys(PARAMETERS)
    return {
        field: text(attributes.get(parameter)) or query.get(parameter.lower())
        for field, parameter in PARAMETERS.items()
    }


def _decoded(part: str) -> str:
    if "%" not in part and "+" not in part:
        return part
    # What was %00 in the address is a NUL only here.
    return str(storable(unquote_plus(part)))
