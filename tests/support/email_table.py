"""The table of addresses: `email_addresses.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase

import yaml
from typing_extensions import override

LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


@dataclass(frozen=True)
class Address:
    """A text that a shop or a contact list has as an e-mail address.

    Attributes:
        written: The text.
        address: The address in it, as the tap writes it.
        key: What orders and contacts are compared by; null without an address.
    """

    written: str
    address: str | None
    key: str | None

    @override
    def __repr__(self) -> str:
        """Return the text in ASCII, as the name of a test."""
        return ascii(self.written)


ADDRESSES = [
    Address(**{"address": row["key"] and row["written"].translate(LOWER), **row})
    for row in yaml.safe_load(
        Path(__file__).with_name("email_addresses.yml").read_text(encoding="utf-8")
    )
]
TEXTS = sorted(
    {
        text
        for its in ADDRESSES
        for text in (its.written, its.address, its.key)
        if text is not None
    }
)
"""All texts of the table, without null."""
