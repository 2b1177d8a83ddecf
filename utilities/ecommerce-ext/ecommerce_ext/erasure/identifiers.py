"""What people are known by, and where texts mention them."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecommerce_ext.settings import Settings

Identity = tuple[str, ...]
"""What a person is known by: `("email", address)`, `("customer", shop, id)`,
`("contact", id)` or `("key", primary key of a contact)`."""

ERASED = "(erased)"
"""What stands where an erased person's address stood; dbt takes the order's status from it."""

_BETWEEN = r"\s\"<>,;:()\[\]{}=&?/\\"
# Sentences and marks go on behind an address; before it anything may belong to it.
_BEHIND = r"'!*|#$%^~`+\u00ab\u00bb\u2010-\u206f\u3000-\u3003"
_ADDRESS = re.compile(rf"[^{_BETWEEN}@]+@[^{_BETWEEN}{_BEHIND}@]+")
_PLAIN_LOCAL = re.compile(r"\w[\w.+'-]*@.*")
_NUMBER = re.compile(r"-?[0-9]{1,19}")


class Identities:
    """How people are named in one warehouse, by the types of its contacts' ids and keys."""

    def __init__(self, settings: Settings) -> None:
        self._id_type = settings.contacts_id_type
        self._key_type = settings.contacts_key_type
        # An address that is the key is known as an address.
        self._has_key = settings.contacts_key_column not in {
            "",
            settings.contacts_email_column,
        }

    def named(self, line: str) -> Identity | None:
        """Return the identity that an operator's line names; none where it names none.

        Lines are `ann@example.com`, `customer SHOP ID` or `contact ID`.
        """
        match line.strip().split(maxsplit=2):
            case ["customer", shop_id, customer_id]:
                return ("customer", shop_id, customer_id)
            case ["contact", *words] if words:
                return self._contact(" ".join(words))
            case [address] if "@" in address:
                return ("email", folded(address.strip("<>,;\"'").removeprefix("mailto:")))
            case _:
                return None

    def of_buyer(
        self,
        shop_id: str | None,
        customer_id: str | None,
        normalized: str | None,
        given: str | None,
        id_contact: str | None,
    ) -> Iterator[Identity]:
        """Yield what the buyer of an order, or the owner of an account, is known by."""
        if shop_id and customer_id:
            yield ("customer", shop_id, customer_id)
            yield from self._keys(customer_id)
        if (normalized or given) and given != ERASED:
            yield ("email", folded(normalized or given or ""))
        if id_contact:
            yield self._contact(id_contact)

    def of_contact(
        self,
        id_contact: str,
        surviving_id_contact: str | None,
        key: str | None,
        *account: str | None,
    ) -> Iterator[Identity]:
        """Yield what a contact is known by, the one that it was merged into included.

        Args:
            id_contact: The contact's id.
            surviving_id_contact: The id of the contact that it was merged into, or its own.
            key: Its primary key.
            account: Its shop's id, its customer id there, and its e-mail address.
        """
        shop_id, customer_id, email = account
        yield from self.of_buyer(shop_id, customer_id, email, email, id_contact)
        yield from self._keys(key)
        if surviving_id_contact:
            yield self._contact(surviving_id_contact)

    def mentioned(self, text: str, shop_id: str) -> Iterator[Identity]:
        """Yield whom a free text of a shop may mention: addresses, and customers in JSON.

        Args:
            text: JSON, an address of a page, or what somebody wrote.
            shop_id: The shop that it came from.
        """
        try:
            yield from self._mentioned_in(json.loads(text), shop_id, "")
        except (ValueError, RecursionError):
            yield from _addresses(text)

    def _mentioned_in(self, value: Any, shop_id: str, name: str) -> Iterator[Identity]:  # noqa: ANN401 - JSON
        if isinstance(value, dict):
            for key, inner in value.items():
                # `{"customer": {"id": 7}}` says of 7 what `{"customer_id": 7}` does.
                yield from _addresses(key)
                yield from self._mentioned_in(inner, shop_id, f"{name} {key}".lower())
        elif isinstance(value, list):
            for inner in value:
                yield from self._mentioned_in(inner, shop_id, name)
        elif isinstance(value, (str, int)):
            if "customer" in name:
                yield ("customer", shop_id, str(value))
            if "contact" in name:
                yield self._contact(str(value))
            yield from _addresses(str(value))

    def _contact(self, id_contact: str) -> Identity:
        return ("contact", typed(id_contact, self._id_type))

    def _keys(self, key: str | None) -> Iterator[Identity]:
        if key and self._has_key:
            yield ("key", typed(key, self._key_type))


def folded(address: str) -> str:
    """Return the one form of an address however it is typed: case, Unicode, punycode."""
    local, at, domain = unicodedata.normalize("NFC", address.strip()).lower().rpartition("@")
    return f"{local}{at}{folded_domain(domain)}"


def folded_domain(domain: str) -> str:
    """Return the one form of a domain, whether typed in Unicode or as punycode."""
    lowered = unicodedata.normalize("NFKC", domain).lower()
    return unicodedata.normalize("NFC", ".".join(map(_in_unicode, lowered.split("."))))


def typed(text: str, kind: str) -> str:
    """Return an id or key in the one form that its type has: bigint, int, uuid or text."""
    if kind in {"bigint", "int"} and _NUMBER.fullmatch(text):
        return str(int(text))
    return text.lower() if kind == "uuid" else text


def _addresses(text: str) -> Iterator[Identity]:
    # An address in an address of a page in an address of a page is escaped that often.
    while (plain := unquote(text)) != text:
        text = plain
    for found in _ADDRESS.findall(unicodedata.normalize("NFC", text)):
        address = found.strip(".")
        yield ("email", folded(address))
        if (plain_local := _PLAIN_LOCAL.search(address)) and plain_local[0] != address:
            yield ("email", folded(plain_local[0].strip(".")))


def _in_unicode(label: str) -> str:
    # Not by the codec "idna", whose older rules fold ß to ss: another domain.
    punycode = label.removeprefix("xn--")
    try:
        return label if punycode == label else punycode.encode("ascii").decode("punycode")
    except UnicodeError:
        return label
