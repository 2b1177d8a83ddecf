"""Tags of template languages, which a mailer replaces before anyone reads the message."""

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
# Without spaces only: `100%% off … 20%% off` and `[[` are also what people write.
_OF_ONE_WORD = {"%%", "[[", "*|", "${"}
_STATEMENTS = ("{%", "{{#", "{{/", "{{^", "<%")


class Span(NamedTuple):
    """Where a template tag stands in a text: `text[start:end]`."""

    start: int
    end: int
    is_statement: bool
    """Whether it decides about its surroundings, rather than stand for a value."""


def template_spans(text: str) -> dict[int, Span]:
    """Return the template tags of a text by where they start; what is never closed is none."""
    spans = {}
    nowhere = len(text)
    # By opener, where the next of its kind is; `-1 % (n + 1)` is n.
    following = {opener: text.find(opener) % (nowhere + 1) for opener in PAIRS}
    while (at := min(following.values())) < nowhere:
        opener = next(one for one, place in following.items() if place == at)
        closer = PAIRS[opener]
        end = text.find(closer, at + len(opener))
        inside = text[at + len(opener) : end]
        if end < 0 or not inside or (opener in _OF_ONE_WORD and len(inside.split()) != 1):
            end = at + 1
        else:
            end += len(closer)
            tag = text[at:end]
            is_statement = tag.startswith(_STATEMENTS) and not tag.startswith("<%=")
            spans[at] = Span(at, end, is_statement)
        for one, place in following.items():
            if place < end:
                following[one] = text.find(one, end) % (nowhere + 1)
    return spans


def without_templates(text: str, spans: Iterable[Span]) -> str:
    """Return a text of the same length that has no template tags.

    A value becomes a word; a statement, which may stand between attributes, becomes space.
    """
    pieces = []
    at = 0
    for span in spans:
        filler = " " if span.is_statement else "x"
        pieces += [text[at : span.start], filler * (span.end - span.start)]
        at = span.end
    return "".join([*pieces, text[at:]])
