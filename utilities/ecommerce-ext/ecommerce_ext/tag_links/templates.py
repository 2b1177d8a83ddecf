"""Tags of template languages, which a mailer replaces before it sends the message."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

PAIRS = {
    "{{{": "}}}",
    "{{": "}}",  # Handlebars, Jinja, Liquid
    "{%": "%}",
    "<%": "%>",  # ERB, EJS
    "%%": "%%",  # AMPscript
    "[[": "]]",
    "*|": "|*",  # Mailchimp
    "${": "}",
}
# These tags contain no spaces: `100%% off … 20%% off` is ordinary text.
_SINGLE_WORD = {"%%", "[[", "*|", "${"}
_STATEMENTS = ("{%", "{{#", "{{/", "{{^", "<%")


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
        opener = next(name for name, position in following.items() if position == at)
        closer = PAIRS[opener]
        end = text.find(closer, at + len(opener))
        inside = text[at + len(opener) : end]
        if end < 0 or not inside or (opener in _SINGLE_WORD and len(inside.split()) != 1):
            end = at + 1
        else:
            end += len(closer)
            tag = text[at:end]
            is_statement = tag.startswith(_STATEMENTS) and not tag.startswith("<%=")
            spans[at] = Span(at, end, is_statement)
        for name, position in following.items():
            if position < end:
                following[name] = text.find(name, end) % (length + 1)
    return spans


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
