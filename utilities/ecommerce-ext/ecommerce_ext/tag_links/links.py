"""One link: whether it leads to the shop, and where in it the parameters go."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_plus, urljoin, urlsplit

from ecommerce_ext.erasure.normalize import normalize_domain

if TYPE_CHECKING:
    from ecommerce_ext.tag_links.rules import Rules

# One character for a whole template tag, so that no ? or # in it is taken for the link's.
VALUE = "\ufffc"
STATEMENT = "\ufffb"
# What browsers pass over around an address, and within it.
_AROUND = "".join(map(chr, range(0x21)))
_WITHIN = {ord(character): None for character in "\t\n\r"}


def insertion(
    address: str, rules: Rules, base: str = "", ampersand: str = "&"
) -> tuple[int, str] | None:
    """Return what is to be inserted into a link and before which character; none for none.

    A parameter that the link has keeps its value, so that tagging again changes nothing.

    Args:
        address: The link, decoded, with `VALUE` and `STATEMENT` for template tags.
        rules: Which links are tagged, and with what.
        base: What relative links are relative to; empty where that is not known.
        ampersand: How the message writes an ampersand.
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
    # A statement may bring a query or leave it out; browsers read a backslash as a slash.
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
    """Return the parameters that have a value, in lower case, as the tap reads them."""
    pairs = [pair.partition("=") for pair in query.split("&")]
    return {unquote_plus(name).lower() for name, _, value in pairs if value}
