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
# The macros ecommerce_folded and ecommerce_email_key have the same characters and patterns.
_SPACES = "\t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
_SPACES += "\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_QUOTES = "\xab\xbb\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2039\u203a"
_SHAPELESS = "\xad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
_SHAPELESS += "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
_SIGNS = str.maketrans(
    dict.fromkeys(_SPACES, " ") | dict.fromkeys(_QUOTES, '"') | dict.fromkeys(_SHAPELESS, "")
)
_WITH_NAME = re.compile("^.*<([^<>]*@[^<>]*)>[^<>]*$")
_AROUND = re.compile(r"^[ \"'(),;<>]*(mailto:)?[ \"'(),;<>]*|[ \"'(),;<>.]*([?][^@]*)?$")
_ADDRESS = re.compile("[^@ ]+@[^@ ]+")


def normalize_email(text: str) -> str:
    """Return the key of an address, as the macro ecommerce_email_key computes it.

    A text that has no address, or several, is in lower case. The domain is in the form NFKC, so
    that an address with full-width letters is the same person.
    """
    found = _AROUND.sub("", _WITH_NAME.sub(r"\1", _folded(text)))
    if not _ADDRESS.fullmatch(found):
        return earlier_email(text)
    local, at, domain = found.partition("@")
    return f"{local}{at}{_folded(normalize_domain(domain))}"


def earlier_email(text: str) -> str:
    """Return an address as earlier versions normalized it. Lists have fingerprints of it."""
    local, at, domain = unicodedata.normalize("NFC", text.strip()).lower().rpartition("@")
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


def _folded(text: str) -> str:
    letters = map(_fold, text.translate(_SIGNS))
    return unicodedata.normalize("NFC", "".join(letters).replace("i\u0307", "i"))


def _fold(letter: str) -> str:
    """Return a letter in Unicode's simple case folding; İ is i."""
    if letter == "\u0130":
        return "i"
    return next((its for its in (letter.casefold(), letter.lower()) if len(its) == 1), letter)


def _decode_punycode(label: str) -> str:
    # The codec "idna" has older rules that change ß to ss, which is another domain.
    punycode = label.removeprefix("xn--")
    if punycode in (label, ""):
        return label
    try:
        decoded = punycode.encode("ascii").decode("punycode")
        decoded.encode()  # surrogates are not valid in UTF-8
    except UnicodeError:
        return label
    return decoded
