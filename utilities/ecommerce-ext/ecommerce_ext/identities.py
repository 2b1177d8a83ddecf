"""What people are known by, and where texts mention them."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

Identity = tuple[str, ...]
"""What a person is known by: `("email", address)`, `("customer", shop, id)`,
`("contact", id)` or `("key", primary key of a contact)`."""

_ADDRESS = re.compile(r"[^\s\"'<>,;:()\[\]{}=&?/\\]+@[^\s\"'<>,;:()\[\]{}=&?/\\]+")
_NUMBER = re.compile(r"-?[0-9]{1,19}")


def named(line: str) -> Identity | None:
    """Return the identity that an operator's line names; none where it names none.

    Lines are `ann@example.com`, `customer SHOP ID` or `contact ID`.
    """
    words = line.split()
    match words:
        case ["customer", shop_id, customer_id]:
            return ("customer", shop_id, customer_id)
        case ["contact", id_contact]:
            return ("contact", number(id_contact))
        case [address] if "@" in address:
            return ("email", folded(address))
        case _:
            return None


def folded(address: str) -> str:
    """Return the one form of an address however it is typed: case, Unicode, punycode."""
    local, at, domain = unicodedata.normalize("NFC", address.strip()).lower().rpartition("@")
    return f"{local}{at}{folded_domain(domain)}"


def folded_domain(domain: str) -> str:
    """Return the one form of a domain, whether typed in Unicode or as punycode."""
    lowered = unicodedata.normalize("NFC", domain).lower()
    return unicodedata.normalize("NFC", ".".join(map(_in_unicode, lowered.split("."))))


def number(text: str) -> str:
    """Return a number without leading zeros, any other text in lower case as UUIDs are."""
    return str(int(text)) if _NUMBER.fullmatch(text) else text.lower()


def mentioned(text: str, shop_id: str) -> Iterator[Identity]:
    """Return whom a free text of a shop may mention: addresses, and customers in JSON.

    Args:
        text: JSON, an address of a page, or what somebody wrote.
        shop_id: The shop that it came from.
    """
    try:
        yield from _mentioned_in(json.loads(text), shop_id, "")
    except ValueError:
        yield from _addresses(text)


def _mentioned_in(value: Any, shop_id: str, name: str) -> Iterator[Identity]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        for key, inner in value.items():
            # `{"customer": {"id": 7}}` says of 7 what `{"customer_id": 7}` does.
            yield from _addresses(key)
            yield from _mentioned_in(inner, shop_id, f"{name} {key}".lower())
    elif isinstance(value, list):
        for inner in value:
            yield from _mentioned_in(inner, shop_id, name)
    elif isinstance(value, (str, int)):
        if "customer" in name:
            yield ("customer", shop_id, str(value))
        if "contact" in name:
            yield ("contact", number(str(value)))
        yield from _addresses(str(value))


def _addresses(text: str) -> Iterator[Identity]:
    for address in _ADDRESS.findall(unquote(text)):
        yield ("email", folded(address.strip(".")))


def _in_unicode(label: str) -> str:
    # Not by the codec "idna", whose older rules fold ß to ss: another domain.
    punycode = label.removeprefix("xn--")
    try:
        return label if punycode == label else punycode.encode("ascii").decode("punycode")
    except UnicodeError:
        return label
