"""Addresses in a message: their text, and the position of each character."""

from __future__ import annotations

from html import unescape
from html.entities import html5
from typing import TYPE_CHECKING, NamedTuple

from ecommerce_ext.tag_links.links import STATEMENT, VALUE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecommerce_ext.tag_links.templates import Span

_LONGEST_NAME = max(map(len, html5))


class Address(NamedTuple):
    """A decoded address.

    Attributes:
        text: The address as a browser reads it.
        starts: The position in the message of each character of `text`, then the end.
    """

    text: str
    starts: list[int]


def read_address(
    message: str, start: int, end: int, templates: Mapping[int, Span], *, is_html: bool
) -> Address:
    """Read the address at `message[start:end]`; a template tag becomes one character."""
    characters: list[str] = []
    starts: list[int] = []
    at = start
    while at < end:
        after = at + 1
        text = message[at]
        if span := templates.get(at):
            after, text = min(span.end, end), STATEMENT if span.is_statement else VALUE
        elif is_html and text == "&":
            after = _end_of_reference(message, at, end)
            # The `&` of `&copy=1` stays an ampersand, although `unescape` would change it.
            text = unescape(message[at:after]) if after > at + 1 else "&"
        characters.append(text)
        starts += [at] * len(text)
        at = after
    return Address("".join(characters), [*starts, end])


def _end_of_reference(message: str, at: int, end: int) -> int:
    """Return the end of the character reference at `at`, by HTML's rules for attributes.

    A name without a semicolon is not a reference if a letter, a digit or `=` follows.
    Otherwise `&copy=1` would lose its parameter.
    """
    if message.startswith("#", at + 1):
        digits = at + 2
        is_hexadecimal = message[digits : digits + 1] in {"x", "X"}
        allowed = "0123456789abcdefABCDEF" if is_hexadecimal else "0123456789"
        first = after = digits + is_hexadecimal
        while after < end and message[after] in allowed:
            after += 1
        if after == first:
            return at + 1
        return after + message.startswith(";", after, end)
    for name in _names(message[at + 1 : min(at + 1 + _LONGEST_NAME, end)]):
        after = at + 1 + len(name)
        following = message[after:end][:1]
        if name.endswith(";") or not (following == "=" or following.isalnum()):
            return after
        break
    return at + 1


def _names(text: str) -> Iterator[str]:
    for length in range(len(text), 1, -1):
        if text[:length] in html5:
            yield text[:length]
