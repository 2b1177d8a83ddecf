"""Recognizes template code in a link that decides which address the reader gets.

Such code can add or omit the `?` of the address, so parameters have no safe place in it. The
patterns look for the start of the code only, because a quote or a space in the code can end the
link before the code ends.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

_CODE = re.compile(
    r"""
      # A sign of a template language, then `if` or `else`: #if( {if [[IF: {%- if $(if %IF
      (?!\[if\]) [{\[%\#@~$|<] \(? [%\#/:*=-]{0,4} \s{0,4}
      (?:if|if_?not|ifn?def|else|else_?if|elsif|elif|end_?if|unless|foreach)
      (?=[\s:($!"'`\]})>|%+@~]|$)
    | \{%                                       # Liquid, Jinja, Django, HubL, Twig
    | %%(?:\[|=\s*\w+\s*\()                      # AMPscript
    | \*\|(?:END|INTERESTED|NOTINTERESTED|FEEDBLOCK|FEEDITEMS|RSSITEMS):  # Mailchimp
    | \{\{\{?[~-]?\s*(?:                        # Handlebars, Mustache, Go
          [\#/^>?%]
        | (?:end|each|for|range|with|switch|case|template|block)(?![\w.])
      )
    | \{[\#/:]\w | \[[\#/][\s\w\]] | \[\*(?!\])  # Smarty, FreeMarker, Thymeleaf, Adestra
    | \#(?:set|parse|include|macro|define|evaluate)\s*\(  # Velocity
    | <(?:%(?!=)|[?\#@]|/?\w+:)                 # ERB, PHP, FreeMarker, JSP, XSLT
    | @\{                                       # Razor
    """,
    re.VERBOSE | re.IGNORECASE,
)
_EXPRESSION = re.compile(r"\{\{.*?\}\}|[$#]\{.*?\}|<%=.*?%>", re.DOTALL)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
# `vip ? '?v=1' : ''`, `'?v=1' if vip`, `vip?then('?v=1', '')`, `vip?string('?v=1', '')`
_CHOICE = re.compile(
    r"\?[^?:]*:|&&|\?\s*string\s*\([^)]*,|(?<![\w.])(?:if|iif|ifelse|unless|then)\b",
    re.IGNORECASE,
)


def has_condition(link: str, following: str = "") -> bool:
    """Return whether a link contains code that can change its address.

    Args:
        link: The link as the message writes it. Editors encode template code in links: `&gt;`
            for `>`, `%7C` for `|`.
        following: The text after the link, if code can begin in the link and end after it.
    """
    code = _CODE.search(link + following)
    if code and code.start() <= len(link):
        return True
    readable = unescape(link)
    return any(_CODE.search(text) for text in (readable, unquote(readable))) or any(
        _CHOICE.search(_QUOTED.sub("", found[0])) for found in _EXPRESSION.finditer(readable)
    )
