"""Identifiers of people in records and texts."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ecommerce_ext.erasure.normalize import (
    ERASED,
    earlier_email,
    normalize_email,
    normalize_id,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecommerce_ext.erasure.normalize import Identifier
    from ecommerce_ext.settings import Settings

_SEPARATORS = r"\s\"<>,;:()\[\]{}=&?/\\"
# These characters end the domain of an address, but its local part can contain them.
_TRAILING = r"'!*|#$%^~`+\u00ab\u00bb\u2010-\u206f\u3000-\u3003"
_ADDRESS = re.compile(rf"[^{_SEPARATORS}@]+@[^{_SEPARATORS}{_TRAILING}@]+")
_PLAIN_LOCAL = re.compile(r"\w[\w.+'-]*@.*")


class Identifiers:
    """Reads identifiers, in the form of the configured types of contact ids and keys."""

    def __init__(self, settings: Settings) -> None:
        self._id_type = settings.contacts_id_type
        self._key_type = settings.contacts_key_type
        # If the e-mail address is the key, it is an address only.
        self._has_key = settings.contacts_key_column not in {
            "",
            settings.contacts_email_column,
        }

    def parse(self, line: str) -> Identifier | None:
        """Return the identifier in a line of input, or None if the line has another form.

        The forms are `ann@example.com`, `customer SHOP ID` or `contact ID`.
        """
        match line.strip().split(maxsplit=2):
            case ["customer", shop_id, customer_id]:
                return ("customer", shop_id, customer_id)
            case ["contact", *words] if words:
                return self._contact(" ".join(words))
            case [address] if "@" in address:
                return (
                    "email",
                    normalize_email(address.strip("<>,;\"'").removeprefix("mailto:")),
                )
            case _:
                return None

    def of_buyer(
        self,
        shop_id: str | None,
        customer_id: str | None,
        normalized: str | None,
        email: str | None,
        id_contact: str | None,
    ) -> Iterator[Identifier]:
        """Yield the identifiers of the buyer of an order, or of the owner of an account."""
        if shop_id and customer_id:
            yield ("customer", shop_id, customer_id)
            yield from self._keys(customer_id)
        for address in {email, normalized} - {None, "", ERASED}:
            yield from _email(str(address))
        if id_contact:
            yield self._contact(id_contact)

    def of_contact(
        self,
        id_contact: str,
        surviving_id_contact: str | None,
        key: str | None,
        *account: str | None,
    ) -> Iterator[Identifier]:
        """Yield the identifiers of a contact, and the id of the contact it was merged into.

        Args:
            id_contact: The contact's id.
            surviving_id_contact: The id of the contact it was merged into, or its own id.
            key: The primary key of the contact.
            account: The contact's shop id, customer id and e-mail address.
        """
        shop_id, customer_id, email = account
        yield from self.of_buyer(shop_id, customer_id, email, email, id_contact)
        yield from self._keys(key)
        if surviving_id_contact:
            yield self._contact(surviving_id_contact)

    def mentioned(self, text: str, shop_id: str) -> Iterator[Identifier]:
        """Yield e-mail addresses in a text and, if the text is JSON, ids of people.

        Args:
            text: JSON, a URL, or free text.
            shop_id: The shop of the record.
        """
        try:
            yield from self._mentioned_in(json.loads(text), shop_id, "")
        except (ValueError, RecursionError):
            yield from _addresses(text)

    def _mentioned_in(self, value: Any, shop_id: str, name: str) -> Iterator[Identifier]:  # noqa: ANN401 - JSON
        if isinstance(value, dict):
            for key, inner in value.items():
                # `{"customer": {"id": 7}}` has the same meaning as `{"customer_id": 7}`.
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

    def _contact(self, id_contact: str) -> Identifier:
        return ("contact", normalize_id(id_contact, self._id_type))

    def _keys(self, key: str | None) -> Iterator[Identifier]:
        if key and self._has_key:
            yield ("key", normalize_id(key, self._key_type))


def _addresses(text: str) -> Iterator[Identifier]:
    # A URL in a parameter of another URL is escaped twice, and so on.
    while (plain := unquote(text)) != text:
        text = plain
    for found in _ADDRESS.findall(unicodedata.normalize("NFC", text)):
        address = found.strip(".")
        yield from _email(address)
        if (plain_local := _PLAIN_LOCAL.search(address)) and plain_local[0] != address:
            yield from _email(plain_local[0].strip("."))


def _email(address: str) -> Iterator[Identifier]:
    for form in dict.fromkeys((normalize_email(address), earlier_email(address))):
        yield ("email", form)
