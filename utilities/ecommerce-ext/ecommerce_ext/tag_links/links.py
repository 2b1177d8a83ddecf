"""One link: whether it leads to the shop, and where to insert the parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_plus, urljoin, urlsplit

from ecommerce_ext.erasure.normalize import normalize_domain

if TYPE_CHECKING:
    from ecommerce_ext.tag_links.rules import Rules

# One character for a whole template tag, so that a ? or # in the tag is not read as the link's.
VALUE = "\ufffc"
STATEMENT = "\ufffb"
# Characters that browsers ignore around an address and within it.
_AROUND = "".join(map(chr, range(0x21)))
_WITHIN = {ord(character): None for character in "\t\n\r"}


def insertion(
    address: str, rules: Rules, base: str = "", ampersand: str = "&"
) -> tuple[int, str] | None:
    """Return the position and the text to insert into a link, or None to leave it unchanged.

    A parameter that the link already has keeps its value, so that a second run changes nothing.

    Args:
        address: The decoded link, with `VALUE` and `STATEMENT` in place of template tags.
        rules: The links to tag, and their parameters.
        base: The base address of relative links; empty if unknown.
        ampersand: The ampersand as the message writes it.
    """
    end = len(address.rstrip(_AROUND))
    end = address.find("#") if "#" in address[:end] else end
    link = address[:end].lstrip(_AROUND).translate(_WITHIN)
    if not _is_tagged(link, rules, base):
        return None
    query = link.partition("?")[2]
    present = _names(query)
    missing = [
        f"{name}={value}"
        for name, value in rules.parameters.items()
        if name.lower() not in present
    ]
    if not missing:
        return None
    if "?" not in link:
        lead = "?"
    elif not query or query.endswith("&"):
        lead = ""
    else:
        lead = ampersand
    return end, lead + ampersand.join(missing)


def _is_tagged(link: str, rules: Rules, base: str) -> bool:
    # A statement can insert a query, and browsers read a backslash as a slash.
    if not link or STATEMENT in link or "\\" in link:
        return False
    try:
        parts = urlsplit(urljoin(base or "https:", link))
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or not host or VALUE in parts.netloc:
        return False
    domain = normalize_domain(host.removesuffix("."))
    if not any(domain == ours or domain.endswith(f".{ours}") for ours in rules.domains):
        return False
    readable = unquote(link).casefold()
    return not any(exception in readable for exception in rules.exceptions)


def _names(query: str) -> set[str]:
    """Return the names of the parameters with a value, in lower case, as the tap reads them."""
    pairs = [pair.partition("=") for pair in query.split("&")]
    return {unquote_plus(name).lower() for name, _, value in pairs if value}
