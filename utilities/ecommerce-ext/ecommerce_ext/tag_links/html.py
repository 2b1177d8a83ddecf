"""Tags links in HTML at the positions that `html.parser` reports.

Faster parsers (lxml, selectolax) report no positions within the source, and html5-parser
reports only lines. Serializing their trees would change other parts of the message. The parser
of the standard library reports the position and the source text of each tag.
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from ecommerce_ext.tag_links.addresses import read_address
from ecommerce_ext.tag_links.conditions import has_condition
from ecommerce_ext.tag_links.links import Link, Status, examine
from ecommerce_ext.tag_links.report import Tagged
from ecommerce_ext.tag_links.templates import template_spans, without_templates

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecommerce_ext.tag_links.rules import Rules
    from ecommerce_ext.tag_links.templates import Span

_SPACE = " \t\n\r\f"
# Inside these elements, `<a>` is text. Older releases of the parser know fewer of them.
_RAW = {"script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp"}
_Attributes = list[tuple[str, "str | None"]]


def tag_html(message: str, rules: Rules) -> str:
    """Return an HTML message with tagged links and no other change."""
    return tag_html_links(message, rules).message


def tag_html_links(message: str, rules: Rules) -> Tagged:
    """Return an HTML message with tagged links, and what was done with each link."""
    templates = template_spans(message)
    # `read_address` reads character references. The parser's rules for them changed over time.
    parser = _Links(without_templates(message, templates.values()).replace("&", "x"))
    base = ""
    if parser.base:
        base = read_address(message, *parser.base, templates, is_html=True).text.strip()
    pieces = []
    links = [Link(Status.BROKEN)] * parser.broken
    done = 0
    for start, end in sorted([*parser.links, *_alternatives(parser, templates)]):
        # A statement, which is a space for the parser, can follow a link without quotes.
        after = templates[end].end if end in templates else end
        address = read_address(message, start, after, templates, is_html=True)
        is_conditional = has_condition(message[start:after])
        link = examine(
            address.text, rules, is_conditional=is_conditional, base=base, ampersand="&amp;"
        )
        links.append(link)
        pieces += [message[done : address.starts[link.place]], link.parameters]
        done = address.starts[link.place]
    return Tagged("".join([*pieces, message[done:]]), links)


def _alternatives(parser: _Links, templates: Mapping[int, Span]) -> Iterator[tuple[int, int]]:
    """Return each repeated `href` that follows a statement: `{% else %}href="…"`."""
    statements = [span.start for span in templates.values() if span.is_statement]
    for previous, start, end in parser.repeated:
        if any(previous <= at < start for at in statements):
            yield start, end


class _Links(HTMLParser):
    """The positions of the links of a document.

    Attributes:
        links: Start and end of the value of each link's `href`.
        repeated: The end of an `href`, and start and end of the next `href` of the same tag.
        base: Start and end of the `href` of the first `<base>`, or None.
        broken: Number of links in tags that have two possible readings.
    """

    def __init__(self, document: str, offset: int = 0) -> None:
        super().__init__()
        self.links: list[tuple[int, int]] = []
        self.repeated: list[tuple[int, int, int]] = []
        self.base: tuple[int, int] | None = None
        self.broken = 0
        # The start of each line. Line numbers begin with 1.
        lengths = (len(line) + 1 for line in document.split("\n"))
        self._line_starts = [0, *accumulate(lengths, initial=offset)]
        # The parser is not closed: an unfinished tag or comment at the end is text.
        self.feed(document)

    @override
    def handle_starttag(self, tag: str, attrs: _Attributes) -> None:
        if tag in _RAW:
            self.set_cdata_mode(tag)
        # `v:` is the VML of buttons that Outlook draws.
        if tag not in {"a", "area", "base"} and not tag.startswith("v:"):
            return
        start = self._position()
        text = self.get_starttag_text() or ""
        found = _attribute_spans(text)
        # If the parser reads a broken tag in another way, browsers can differ too: skip it.
        if [(name, text[begin:end]) for name, begin, end in found] != [
            (name, value or "") for name, value in attrs
        ]:
            self.broken += tag != "base" and any(name == "href" for name, _, _ in found)
            return
        spans = [(start + begin, start + end) for name, begin, end in found if name == "href"]
        if tag == "base":
            self.base = self.base or next(iter(spans), None)
            return
        # If an attribute is repeated, browsers read the first.
        self.links += spans[:1]
        self.repeated += [
            (previous, begin, end) for (_, previous), (begin, end) in pairwise(spans)
        ]

    @override
    def handle_comment(self, data: str) -> None:
        # Only Outlook reads <!--[if mso]> … <![endif]-->.
        condition, closing, inside = data.partition("]>")
        if closing and condition.lstrip(_SPACE).lower().startswith("[if"):
            start = self._position() + len("<!--") + len(condition) + len(closing)
            nested = _Links(inside, start)
            self.links += nested.links
            self.repeated += nested.repeated
            self.broken += nested.broken

    @override
    def parse_marked_section(self, i: int, report: int = 1) -> int:
        # For browsers, <![if …]> and <![endif]--> are comments that end at the next >. As SGML
        # sections, they would include the following text, or raise.
        return self.parse_bogus_comment(i, report=False)

    def _position(self) -> int:
        line, column = self.getpos()
        return self._line_starts[line] + column


def _attribute_spans(tag: str) -> list[tuple[str, int, int]]:
    """Return the name of each attribute of a start tag, with start and end of its value."""
    spans = []
    at = _until(tag, 1, _SPACE + "/>")
    while (at := _while(tag, at, _SPACE + "/")) < len(tag) and tag[at] != ">":
        name_end = _until(tag, at + 1, _SPACE + "/>=")
        name = tag[at:name_end].lower()
        start = end = at = name_end
        equals = _while(tag, name_end, _SPACE)
        if tag.startswith("=", equals):
            start = _while(tag, equals + 1, _SPACE)
            quote = tag[start]
            if quote in "\"'":
                start += 1
                end = _until(tag, start, quote)
                at = end + 1
            else:
                end = at = _until(tag, start, _SPACE + ">")
        spans.append((name, start, end))
    return spans


def _until(text: str, at: int, characters: str) -> int:
    while at < len(text) and text[at] not in characters:
        at += 1
    return at


def _while(text: str, at: int, characters: str) -> int:
    while at < len(text) and text[at] in characters:
        at += 1
    return at
