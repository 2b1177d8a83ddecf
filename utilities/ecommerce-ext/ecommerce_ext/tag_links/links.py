"""One link: whether it is tagged, why not, and where to insert the parameters."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, unquote, unquote_plus, urljoin, urlsplit

from ecommerce_ext.erasure.normalize import normalize_domain
from ecommerce_ext.tag_links.templates import template_spans

if TYPE_CHECKING:
    from ecommerce_ext.tag_links.rules import Rules

# One character for a whole template tag, so that a ? or # in the tag is not read as the link's.
VALUE = "\ufffc"
STATEMENT = "\ufffb"
# Characters that browsers ignore around an address and within it.
_AROUND = "".join(map(chr, range(0x21)))
_WITHIN = {ord(character): None for character in "\t\n\r"}
_HOST = re.compile(r"[\w.-]+")
_CREDENTIALS = re.compile(r"//[^/?#]*@")
_BEFORE_CODE = re.compile(rf"[^?#\s{{}}\[\]%*|$<@{VALUE}{STATEMENT}]*")


class Status(Enum):
    """Whether a link has the parameters, or why it stays unchanged.

    The value follows the number of links in the report.
    """

    TAGGED = "tagged"
    """The parameters are inserted, or the link has all of them with the same values."""
    OTHER_VALUES = "with other values of these parameters"
    CONDITION = "with a condition of the mailer"
    OTHER_DOMAIN = "to other domains"
    EXCEPTION = "excluded by the rule `except`"
    PLACEHOLDER = "with a placeholder as scheme or host"
    NO_DOMAIN = "without a domain"
    OTHER_SCHEME = "with another scheme"
    BROKEN = "that cannot be read"


class Link(NamedTuple):
    """What is done with a link.

    Attributes:
        status: Whether the link is tagged, or why not.
        detail: For the report: a domain, a scheme or the beginning of an address; or empty.
        place: The position in the address at which the parameters are inserted.
        parameters: The text to insert; empty if the link stays unchanged.
    """

    status: Status
    detail: str = ""
    place: int = 0
    parameters: str = ""


def examine(
    address: str, rules: Rules, *, is_conditional: bool, base: str = "", ampersand: str = "&"
) -> Link:
    """Return whether to tag a link, and the position and the text to insert.

    A parameter that the link already has keeps its value, so that a second run changes nothing.

    Args:
        address: The decoded link, with `VALUE` and `STATEMENT` in place of template tags.
        rules: The links to tag, and their parameters.
        is_conditional: Whether the link has a condition that is not a `STATEMENT`.
        base: The base address of relative links; empty if unknown.
        ampersand: The ampersand as the message writes it.
    """
    end = len(address.rstrip(_AROUND))
    end = address.find("#") if "#" in address[:end] else end
    link = address[:end].lstrip(_AROUND).translate(_WITHIN)
    is_conditional = is_conditional or STATEMENT in address
    if reason := _other_target(link, rules, base, is_conditional=is_conditional):
        return reason
    query = link.partition("?")[2]
    present = _parameters(query)
    if all(
        present.get(name.lower()) == unquote_plus(_without_tags(value))
        for name, value in rules.parameters.items()
    ):
        return Link(Status.TAGGED)
    if is_conditional:
        return Link(Status.CONDITION, _beginning(link))
    missing = [
        f"{name}={value}"
        for name, value in rules.parameters.items()
        if name.lower() not in present
    ]
    if not missing:
        return Link(Status.OTHER_VALUES)
    if "?" not in link:
        lead = "?"
    elif not query or query.endswith("&"):
        lead = ""
    else:
        lead = ampersand
    return Link(Status.TAGGED, "", end, lead + ampersand.join(missing))


def _other_target(link: str, rules: Rules, base: str, *, is_conditional: bool) -> Link | None:
    """Return why a link does not lead to the shop, or None if it does."""
    parts = _split(link, base)
    host = (parts.hostname if parts else "") or ""
    if parts and parts.scheme not in {"http", "https"}:
        return Link(Status.OTHER_SCHEME, parts.scheme)
    if is_conditional and not _HOST.fullmatch(host):
        return Link(Status.CONDITION)
    if not parts:
        return Link(Status.BROKEN)
    if VALUE in parts.netloc or link.startswith(VALUE):
        return Link(Status.PLACEHOLDER)
    if not link or not host:
        return Link(Status.NO_DOMAIN)
    return _excluded(link, normalize_domain(host.removesuffix(".")), rules)


def _split(link: str, base: str) -> SplitResult | None:
    # Browsers read a backslash as a slash.
    if "\\" in link:
        return None
    try:
        return urlsplit(urljoin(base or "https:", link))
    except ValueError:
        return None


def _excluded(link: str, domain: str, rules: Rules) -> Link | None:
    if not any(domain == ours or domain.endswith(f".{ours}") for ours in rules.domains):
        return Link(Status.OTHER_DOMAIN, domain)
    readable = unquote(link).casefold()
    words = [word for word in rules.exceptions if word in readable]
    return Link(Status.EXCEPTION, words[0]) if words else None


def _beginning(link: str) -> str:
    """Return the link up to its query or code, without credentials."""
    found = _BEFORE_CODE.match(_CREDENTIALS.sub("//", link))
    return f"{found[0]}…" if found else ""


def _parameters(query: str) -> dict[str, str]:
    """Return the parameters with a value, by lower-case name, as the tap reads them."""
    pairs = [pair.partition("=") for pair in query.split("&")]
    return {
        unquote_plus(name).lower(): unquote_plus(value) for name, _, value in pairs if value
    }


def _without_tags(value: str) -> str:
    for span in reversed(template_spans(value).values()):
        tag = STATEMENT if span.is_statement else VALUE
        value = value[: span.start] + tag + value[span.end :]
    return value
