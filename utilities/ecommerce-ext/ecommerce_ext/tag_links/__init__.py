"""Tags the links of a message, so that orders can be attributed to the message.

Each link to one of the shop's domains gets the parameters that `tap-shopapp` reads back from
the order's landing page. The rest of the message stays the same, byte for byte.
"""

from __future__ import annotations

from ecommerce_ext.tag_links.html import tag_html, tag_html_links
from ecommerce_ext.tag_links.report import Tagged
from ecommerce_ext.tag_links.rules import Rules, read_rules
from ecommerce_ext.tag_links.text import tag_text, tag_text_links

__all__ = [
    "Rules",
    "Tagged",
    "read_rules",
    "tag_html",
    "tag_html_links",
    "tag_text",
    "tag_text_links",
]
