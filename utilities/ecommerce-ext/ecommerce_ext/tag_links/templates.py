"""Tags of template languages, which a mailer replaces before it sends the message."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

# An opener comes before the openers that it begins with.
PAIRS = {
    "{{{": "}}}",
    "{{": "}}",  # Handlebars, Jinja, Liquid
    "{%": "%}",
    "<%": "%>",  # ERB, EJS
    "%%[": "]%%",  # AMPscript
    "%%=": "=%%",
    "%%": "%%",
    "[[": "]]",
    "*|IF:": "|*",  # Mailchimp
    "*|IFNOT:": "|*",
    "*|ELSE:": "|*",
    "*|ELSEIF:": "|*",
    "*|END:": "|*",
    "*|INTERESTED:": "|*",
    "*|": "|*",
    "${": "}",
}
# What these tags contain: no spaces, or one line of text without an attribute. Otherwise
# `100%% off … 20%% off` would be a tag, and so would the markup in `<a id="[[" href="…">]]`.
_LINE = r"\s*(?:\S+|\w(?:(?!\s[\w-]+=[\"'])[^\n<])*)\s*"
_CONTENT = {
    **dict.fromkeys(("[[", "*|", "${"), re.compile(_LINE)),
    "%%": re.compile(r"\s*[^\s<>\"']+\s*|[^\W\d][\w .:-]*"),
    "%%=": re.compile(r"\s*\w+\s*\(.*", re.DOTALL),
}
_STATEMENTS = (
    *("{%", "{{#", "{{/", "{{^", "<%", "%%["),
    *(opener for opener in PAIRS if opener.startswith("*|") and opener != "*|"),
)


class Span(NamedTuple):
    """The position of a template tag in a text: `text[start:end]`."""

    start: int
    end: int
    is_statement: bool
    """Whether the tag is a statement, such as a condition, and not a value."""


def template_spans(text: str) -> dict[int, Span]:
    """Return the template tags of a text, by start. A tag without an end is ordinary text."""
    spans = {}
    length = len(text)
    # By opener, its next position, or the length of the text: `-1 % (n + 1)` is n.
    following = {opener: text.find(opener) % (length + 1) for opener in PAIRS}
    while (at := min(following.values())) < length:
        openers = [name for name, position in following.items() if position == at]
        found = (_span(text, at, opener) for opener in openers)
        if span := next(filter(None, found), None):
            spans[at] = span
        end = span.end if span else at + 1
        for name, position in following.items():
            if position < end:
                following[name] = text.find(name, end) % (length + 1)
    return spans


def _span(text: str, at: int, opener: str) -> Span | None:
    closer = PAIRS[opener]
    end = text.find(closer, at + len(opener))
    if end < 0:
        return None
    content = text[at + len(opener) : end]
    if not content or (opener in _CONTENT and not _CONTENT[opener].fullmatch(content)):
        return None
    tag = text[at : end + len(closer)]
    is_statement = tag.startswith(_STATEMENTS) and not tag.startswith("<%=")
    return Span(at, at + len(tag), is_statement)


def without_templates(text: str, spans: Iterable[Span]) -> str:
    """Return a text of the same length without template tags.

    A value becomes a word. A statement becomes spaces, because it can be between attributes.
    """
    pieces = []
    at = 0
    for span in spans:
        filler = " " if span.is_statement else "x"
        pieces += [text[at : span.start], filler * (span.end - span.start)]
        at = span.end
    return "".join([*pieces, text[at:]])
