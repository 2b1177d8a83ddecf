"""Normalized identifiers of people, so that they can be compared."""

from __future__ import annotations

import re
import unicodedata

Identifier = tuple[str, ...]
"""One identifier of a person: `("email", address)`, `("customer", shop, id)`,
`("contact", id)` or `("key", primary key of a contact)`."""

ERASED = "(erased)"
"""The text that replaces an erased person's address; dbt derives the order's status from it."""

_NUMBER = re.compile(r"-?[0-9]{1,19}")


def normalize_email(address: str) -> str:
    """Return an address in lower case and normalized Unicode, without punycode."""
    local, at, domain = unicodedata.normalize("NFC", address.strip()).lower().rpartition("@")
    return f"{local}{at}{normalize_domain(domain)}"


def normalize_domain(domain: str) -> str:
    """Return a domain in lower case and normalized Unicode, without punycode."""
    lowered = unicodedata.normalize("NFKC", domain).lower()
    return unicodedata.normalize("NFC", ".".join(map(_decode_punycode, lowered.split("."))))


def normalize_id(text: str, kind: str) -> str:
    """Return an id or key in the normalized form of its type: bigint, int, uuid or text."""
    if kind in {"bigint", "int"} and _NUMBER.fullmatch(text):
        return str(int(text))
    return text.lower() if kind == "uuid" else text


def _decode_punycode(label: str) -> str:
    # The codec "idna" has older rules that change ß to ss, which is another domain.
    punycode = label.removeprefix("xn--")
    try:
        return label if punycode == label else punycode.encode("ascii").decode("punycode")
    except UnicodeError:
        return label
