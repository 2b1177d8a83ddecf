"""Links in HTML, tagged where `html.parser` says that they stand.

Faster parsers (lxml, selectolax) tell no positions within the source, and html5-parser only
lines; to write their trees out again would change every message somewhere. The standard
library's tells where each tag begins and how it is written.
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from itertools import accumulate
from typing import TYPE_CHECKING

from ecommerce_ext.tag_links.addresses import read_address
from ecommerce_ext.tag_links.links import insertion
from ecommerce_ext.tag_links.templates import template_spans, without_templates

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

if TYPE_CHECKING:
    from ecommerce_ext.tag_links.rules import Rules

_SPACE = " \t\n\r\f"
# In what these hold, `<a>` is text. The parser knows it of more of them in each release.
_RAW = {"script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp"}
_Attributes = list[tuple[str, "str | None"]]


def tag_html(message: str, rules: Rules) -> str:
    """Return an HTML message with its links tagged, and otherwise as it is."""
    templates = template_spans(message)
    # References are read by us, by the rules for attributes; the parser's changed over time.
    parser = _Links(without_templates(message, templates.values()).replace("&", "x"))
    pieces = []
    done = 0
    for start, end in sorted(parser.links):
        address = read_address(message, start, end, templates, is_html=True)
        base = ""
        if parser.base:
            base = read_address(message, *parser.base, templates, is_html=True).text.strip()
        if found := insertion(address.text, rules, base, "&amp;"):
            place, parameters = found
            pieces += [message[done : address.starts[place]], parameters]
            done = address.starts[place]
    return "".join([*pieces, message[done:]])


class _Links(HTMLParser):
    """Where the links of a document stand.

    Attributes:
        links: Start and end of the value of each link's `href`.
        base: The same of the first `<base>`, which all relative links are relative to.
    """

    def __init__(self, document: str, offset: int = 0) -> None:
        super().__init__()
        self.links: list[tuple[int, int]] = []
        self.base: tuple[int, int] | None = None
        # By line, from 1 on, where it starts.
        lengths = (len(line) + 1 for line in document.split("\n"))
        self._line_starts = [0, *accumulate(lengths, initial=offset)]
        # Never closed: what is still open at the end is no tag and no comment.
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
        # Where the two read a broken tag differently, nobody knows what a browser would do.
        if [(name, text[begin:end]) for name, begin, end in found] != [
            (name, value or "") for name, value in attrs
        ]:
            return
        # Of a repeated attribute the first counts.
        for name, begin, end in found:
            if name == "href":
                span = (start + begin, start + end)
                if tag != "base":
                    self.links.append(span)
                elif self.base is None:
                    self.base = span
                break

    @override
    def handle_comment(self, data: str) -> None:
        # What Outlook alone reads: <!--[if mso]> … <![endif]-->
        condition, closing, inside = data.partition("]>")
        if closing and condition.lstrip(_SPACE).lower().startswith("[if"):
            start = self._position() + len("<!--") + len(condition) + len(closing)
            self.links += _Links(inside, start).links

    @override
    def parse_marked_section(self, i: int, report: int = 1) -> int:
        # <![if …]> and <![endif]--> are comments up to the next > for every browser; as
        # sections of SGML they would swallow what follows, or raise.
        return self.parse_bogus_comment(i, report=False)

    def _position(self) -> int:
        line, column = self.getpos()
        return self._line_starts[line] + column


def _attribute_spans(tag: str) -> list[tuple[str, int, int]]:
    """Return name, start and end of value of each attribute of a start tag."""
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
