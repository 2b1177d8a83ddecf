"""The identifiers of people in records, and their mentions in texts."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ecommerce_ext.erasure.normalize import ERASED, normalize_email, normalize_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecommerce_ext.erasure.normalize import Identifier
    from ecommerce_ext.settings import Settings

_BETWEEN = r"\s\"<>,;:()\[\]{}=&?/\\"
# Sentences and marks go on behind an address; before it anything may belong to it.
_BEHIND = r"'!*|#$%^~`+\u00ab\u00bb\u2010-\u206f\u3000-\u3003"
_ADDRESS = re.compile(rf"[^{_BETWEEN}@]+@[^{_BETWEEN}{_BEHIND}@]+")
_PLAIN_LOCAL = re.compile(r"\w[\w.+'-]*@.*")


class Identifiers:
    """Reads identifiers; the types of the contacts' ids and keys decide their form."""

    def __init__(self, settings: Settings) -> None:
        self._id_type = settings.contacts_id_type
        self._key_type = settings.contacts_key_type
        # An address that is the key is known as an address.
        self._has_key = settings.contacts_key_column not in {
            "",
            settings.contacts_email_column,
        }

    def named(self, line: str) -> Identifier | None:
        """Return the identifier in an operator's line; None if there is none.

        Lines are `ann@example.com`, `customer SHOP ID` or `contact ID`.
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
        given: str | None,
        id_contact: str | None,
    ) -> Iterator[Identifier]:
        """Yield the identifiers of the buyer of an order, or of the owner of an account."""
        if shop_id and customer_id:
            yield ("customer", shop_id, customer_id)
            yield from self._keys(customer_id)
        if (normalized or given) and given != ERASED:
            yield ("email", normalize_email(normalized or given or ""))
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
            surviving_id_contact: The id of the contact that it was merged into, or its own.
            key: Its primary key.
            account: Its shop's id, its customer id there, and its e-mail address.
        """
        shop_id, customer_id, email = account
        yield from self.of_buyer(shop_id, customer_id, email, email, id_contact)
        yield from self._keys(key)
        if surviving_id_contact:
            yield self._contact(surviving_id_contact)

    def mentioned(self, text: str, shop_id: str) -> Iterator[Identifier]:
        """Yield the identifiers that a free text may mention: addresses, and customers in JSON.

        Args:
            text: JSON, an address of a page, or what somebody wrote.
            shop_id: The shop that it came from.
        """
        try:
            yield from self._mentioned_in(json.loads(text), shop_id, "")
        except (ValueError, RecursionError):
            yield from _addresses(text)

    def _mentioned_in(self, value: Any, shop_id: str, name: str) -> Iterator[Identifier]:  # noqa: ANN401 - JSON
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

    def _contact(self, id_contact: str) -> Identifier:
        return ("contact", normalize_id(id_contact, self._id_type))

    def _keys(self, key: str | None) -> Iterator[Identifier]:
        if key and self._has_key:
            yield ("key", normalize_id(key, self._key_type))


def _addresses(text: str) -> Iterator[Identifier]:
    # An address in an address of a page in an address of a page is escaped that often.
    while (plain := unquote(text)) != text:
        text = plain
    for found in _ADDRESS.findall(unicodedata.normalize("NFC", text)):
        address = found.strip(".")
        yield ("email", normalize_email(address))
        if (plain_local := _PLAIN_LOCAL.search(address)) and plain_local[0] != address:
            yield ("email", normalize_email(plain_local[0].strip(".")))
