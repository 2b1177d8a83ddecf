"""A tagged message, and what was done with each of its links."""

from __future__ import annotations

from typing import NamedTuple

from ecommerce_ext.tag_links.links import Link, Status

_SHOWN = 5
# What to do if no link is tagged. The first status that a link has counts: links that lead to
# the shop come first.
_FIXES = {
    Status.OTHER_VALUES: "Remove the parameters of another message from the links",
    Status.CONDITION: "Write each condition around the whole link",
    Status.EXCEPTION: "Change `except` in the rules",
    Status.OTHER_DOMAIN: "Add the shop's domain to `domains` in the rules",
    Status.PLACEHOLDER: "Write the shop's domain into the links",
    Status.NO_DOMAIN: "Write the shop's domain into the links",
}
_OTHER_FIX = "Add a link that begins with https:// and the shop's domain"


class Tagged(NamedTuple):
    """A message with tagged links.

    Attributes:
        message: The message, in which only the parameters are added.
        links: What was done with each link.
    """

    message: str
    links: list[Link]

    @property
    def is_tagged(self) -> bool:
        """Whether at least one link has the parameters."""
        return any(link.status is Status.TAGGED for link in self.links)

    def summary(self) -> str:
        """Return a sentence with the number of tagged and of other links, and the reasons."""
        if not self.links:
            return "No link was tagged: the message has no links."
        by_status = {
            status: [link for link in self.links if link.status is status] for status in Status
        }
        number = len(by_status.pop(Status.TAGGED))
        reasons = ", ".join(
            f"{len(links)} {status.value}{_details(links)}"
            for status, links in by_status.items()
            if links
        )
        if not number:
            return f"No link was tagged: {reasons}."
        text = "1 link is tagged" if number == 1 else f"{number} links are tagged"
        return f"{text}; not tagged: {reasons}." if reasons else f"{text}."

    def instruction(self) -> str:
        """Return what to do if no link is tagged."""
        found = {link.status for link in self.links}
        fix = next((fix for status, fix in _FIXES.items() if status in found), _OTHER_FIX)
        return f"{fix}, or add --allow-untagged if the message needs no tagged link."


def _details(links: list[Link]) -> str:
    details = list(dict.fromkeys(link.detail for link in links if link.detail))
    if not details:
        return ""
    shown = [*details[:_SHOWN], *(["…"] if len(details) > _SHOWN else [])]
    # A link can contain control characters, which would reach the terminal.
    text = "".join(each if each.isprintable() else "?" for each in ", ".join(shown))
    return f" ({text})"
