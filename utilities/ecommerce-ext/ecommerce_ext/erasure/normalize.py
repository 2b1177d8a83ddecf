"""Identifiers of people in the one form in which they are compared."""

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
    """Return an address in one form: lower case, one Unicode form, no punycode."""
    local, at, domain = unicodedata.normalize("NFC", address.strip()).lower().rpartition("@")
    return f"{local}{at}{normalize_domain(domain)}"


def normalize_domain(domain: str) -> str:
    """Return a domain in one form: lower case and Unicode, without punycode."""
    lowered = unicodedata.normalize("NFKC", domain).lower()
    return unicodedata.normalize("NFC", ".".join(map(_in_unicode, lowered.split("."))))


def normalize_id(text: str, kind: str) -> str:
    """Return an id or key in the one form of its type: bigint, int, uuid or text."""
    if kind in {"bigint", "int"} and _NUMBER.fullmatch(text):
        return str(int(text))
    return text.lower() if kind == "uuid" else text


def _in_unicode(label: str) -> str:
    # Not by the codec "idna", whose older rules fold ß to ss: another domain.
    punycode = label.removeprefix("xn--")
    try:
        return label if punycode == label else punycode.encode("ascii").decode("punycode")
    except UnicodeError:
        return label
