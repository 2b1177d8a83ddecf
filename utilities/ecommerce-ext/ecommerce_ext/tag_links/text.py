"""Tags links in plain text: from https:// or http:// to the next space."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecommerce_ext.tag_links.addresses import read_address
from ecommerce_ext.tag_links.conditions import has_condition
from ecommerce_ext.tag_links.links import examine
from ecommerce_ext.tag_links.report import Tagged
from ecommerce_ext.tag_links.templates import template_spans, without_templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecommerce_ext.tag_links.rules import Rules
    from ecommerce_ext.tag_links.templates import Span

# At the end of a link, mail programs read these characters as part of the sentence.
_PUNCTUATION = ".,;:!?'*_~)]}>\"«»“”’…"
_BRACKETS = {")": "(", "]": "[", "}": "{"}

# The longest beginning of template code, in characters.
_FOLLOWING = 20


def tag_text(message: str, rules: Rules) -> str:
    """Return a text message with tagged links and no other change."""
    return tag_text_links(message, rules).message


def tag_text_links(message: str, rules: Rules) -> Tagged:
    """Return a text message with tagged links, and what was done with each link."""
    templates = template_spans(message)
    pieces = []
    links = []
    done = 0
    for start, end in _links(message, templates):
        address = read_address(message, start, end, templates, is_html=False)
        is_conditional = has_condition(message[start:end], message[end : end + _FOLLOWING])
        link = examine(address.text, rules, is_conditional=is_conditional)
        links.append(link)
        pieces += [message[done : address.starts[link.place]], link.parameters]
        done = address.starts[link.place]
    return Tagged("".join([*pieces, message[done:]]), links)


def _links(message: str, templates: Mapping[int, Span]) -> Iterator[tuple[int, int]]:
    # An address inside a template tag is not a link of the message.
    visible = without_templates(message, templates.values())
    at = 0
    while (at := visible.find("://", at)) >= 0:
        letters = 5 if message[at - 1 : at] in {"s", "S"} else 4
        start = at - letters
        at += len("://")
        before = message[start - 1 : start] if start > 0 else ""
        is_scheme = visible[max(start, 0) : start + letters].lower() in {"http", "https"}
        if not is_scheme or before.isalnum() or before in {"-", "+", "."}:
            continue
        least = at
        while at < len(message) and (at in templates or not _ends_a_link(message[at])):
            if at in templates:
                at = least = templates[at].end
            else:
                at += 1
        yield start, _without_punctuation(message, start, at, least)


def _ends_a_link(character: str) -> bool:
    return character.isspace() or character in '<>"' or character < " "


def _without_punctuation(message: str, start: int, end: int, least: int) -> int:
    while end > least and message[end - 1] in _PUNCTUATION:
        opening = _BRACKETS.get(message[end - 1])
        link = message[start:end]
        if opening and link.count(opening) >= link.count(message[end - 1]):
            break
        end -= 1
    return end
