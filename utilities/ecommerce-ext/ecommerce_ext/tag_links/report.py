"""A tagged message, and what was done with each of its links."""

from __future__ import annotations

from typing import NamedTuple

from ecommerce_ext.tag_links.links import Link, Status

_SHOWN = 5


class Tagged(NamedTuple):
    """A message with tagged links.

    Attributes:
        message: The message, in which only the parameters are added.
        links: What was done with each link, in the order of the message.
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


def _details(links: list[Link]) -> str:
    details = list(dict.fromkeys(link.detail for link in links if link.detail))
    if not details:
        return ""
    shown = [*details[:_SHOWN], *(["…"] if len(details) > _SHOWN else [])]
    # A link can contain control characters, which would reach the terminal.
    text = "".join(each if each.isprintable() else "?" for each in ", ".join(shown))
    return f" ({text})"
