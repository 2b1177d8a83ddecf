"""The e-mail address in what buyers, mail programs and spreadsheets write around it."""

from __future__ import annotations

import re
from string import ascii_lowercase, ascii_uppercase

from tap_shopapp.records.values import INVISIBLE, SPACES

_PLAIN = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]*[A-Za-z0-9]")
_QUOTES = "\"'\xab\xbb\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2039\u203a"
_BEFORE = SPACES + INVISIBLE + _QUOTES + "(),;<>"
_AFTER = _BEFORE + "."
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_MAILTO = "mailto:"
_SPACE = re.compile(f"[{SPACES}]")


def address(written: str | None) -> str | None:
    """Return the e-mail address in a text; null if the text has none, or several.

    The letters A to Z are in lower case. The macro ecommerce_email_key of the dbt package
    decides which addresses are equal, and finds the same address in contacts.

    >>> address('"Doe, Ann" <mailto:Ann@example.com>,')
    'ann@example.com'
    """
    if not written or _PLAIN.fullmatch(written):
        return written.lower() if written else None  # most texts
    found = written
    start = written.rfind("<")
    inner = written[start + 1 :].partition(">")
    if start >= 0 and inner[1] and "@" in inner[0]:
        found = inner[0]
    found = found.strip(_BEFORE)
    if found[: len(_MAILTO)].lower() == _MAILTO:
        found = found[len(_MAILTO) :].lstrip(_BEFORE)
    local, at, domain = found.rpartition("@")
    domain = domain.partition("?")[0].rstrip(_AFTER)
    is_address = local and domain and "@" not in local and not _SPACE.search(local + domain)
    return f"{local}{at}{domain}".translate(_LOWER) if is_address else None
