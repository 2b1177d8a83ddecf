"""Rules for the text of models, data tests and macros, before dbt renders it.

Engines disagree about some constructs of SQL. Only macros that exist once per engine contain
these constructs. The text of a file outside Jinja, and the SQL in strings within Jinja, has
none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jinja2

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_TYPES = (
    "text|varchar|char|character|string|bigint|int|integer|smallint|numeric|decimal|real|float"
    "|double|timestamp|timestamptz|time|json|jsonb|uuid|bytea|blob"
)
CONSTRUCTS = {
    "type": rf"\bas\s+(?:{_TYPES})\b(?:\s*\([\d, ]+\))?(?:\[\])?\s*\)|::",
    "division": r"/|%|\b(?:div|mod)\s*\(",
    "rounding": r"\b(?:round|trunc|floor|ceil|ceiling)\s*\(",
    "float": r"\b(?:avg|power|sqrt|exp|ln|log|median|stddev\w*)\s*\(|\b\d+(?:\.\d+)?e[+-]?\d",
    "json": r"\b(?:to_)?jsonb?\w*\b|->|#>",
    "row": r"\brow\s*\(",
    "days": r"\bgenerate_series\b",
    "recursion": r"\bwith\s+recursive\b",
    "delete": r"\bdelete\s+from\b",
    "distinct on": r"\bdistinct\s+on\b",
    "lateral": r"\blateral\b|\bunnest\b",
    "list": r"\b(?:array_agg|string_agg|listagg|list)\s*\(|\barray\b|\bany\s*\(",
    "regular expression": r"~|\bregexp_\w+|\bsimilar\s+to\b",
    "hash": r"\b(?:md5|sha\d*|hashtext)\s*\(",
    "time": (
        r"\bat\s+time\s+zone\b|\bnow\s*\(|\bcurrent_(?:timestamp|date|time)\b|\binterval\b"
        r"|\b(?:date_trunc|dateadd|datediff|to_char|to_date|strftime|age)\s*\("
    ),
    "normalization": r"\bnormalize\s*\(",
    "null order": r"\bdesc\b(?!\s+nulls\b)",
    "catalog": r"\bpg_\w+|\binformation_schema\b|\bto_regclass\b",
    "quoted name": r'"[^"\n]*"',
}
"""Patterns of the constructs by name."""
# Messages, formats and names of settings are also strings within Jinja.
_SQL_ONLY = {"division", "json", "catalog", "quoted name"}
_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in CONSTRUCTS.items()}
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_NOT_SQL = re.compile(rf"--[^\n]*|/\*.*?\*/|{_LITERAL.pattern}", re.DOTALL)
_JINJA = jinja2.Environment(autoescape=False)  # noqa: S701 - SQL, not HTML
_MACRO = re.compile(r"{%-?\s*macro\s+(\w+)\(.*?{%-?\s*endmacro\s*-?%}", re.DOTALL)
_ENGINE = re.compile(r"(?:postgres|duckdb|spark|default)__")


@dataclass(frozen=True)
class Construct:
    """A construct in a text, with the number of its line."""

    name: str
    line: int
    text: str


def constructs(source: str) -> list[Construct]:
    """Return the constructs about which engines disagree."""
    sql, strings = _split(source)
    in_strings = {name: p for name, p in _PATTERNS.items() if name not in _SQL_ONLY}
    found = [
        *_search(_NOT_SQL.sub(_without_text, sql), 1, _PATTERNS),
        *_escapes(sql),
        *(
            construct
            for line, text in strings
            for construct in _search(_NOT_SQL.sub(_without_text, text), line, in_strings)
        ),
    ]
    return sorted(found, key=lambda construct: (construct.line, construct.name))


def macros(sources: Iterable[str]) -> dict[str, str]:
    """Return the texts of the macros in some files by name."""
    return {match[1]: match[0] for source in sources for match in _MACRO.finditer(source)}


def engine_macros(texts: Mapping[str, str]) -> set[str]:
    """Return the macros that belong to one engine.

    Their names begin with the engine, or with an underscore if only such macros call them.
    """
    callers = {
        name: {
            caller
            for caller, text in texts.items()
            if caller != name and re.search(rf"\b{name}\(", text)
        }
        for name in texts
    }
    found = {name for name in texts if _ENGINE.match(name)}
    while True:
        helpers = {
            name
            for name in texts.keys() - found
            if name.startswith("_") and callers[name] and callers[name] <= found
        }
        if not helpers:
            return found
        found |= helpers


def _split(source: str) -> tuple[str, list[tuple[int, str]]]:
    """Return the SQL outside Jinja, with all line breaks, and the strings within Jinja."""
    sql: list[str] = []
    strings: list[tuple[int, str]] = []
    # Jinja's lexer drops line breaks at these signs.
    source = re.sub(r"(?<={[{%#])-|-(?=[}%#]})", " ", source)
    for line, kind, value in _JINJA.lex(source):
        if kind == "data":
            sql.append(value)
            continue
        if kind == "variable_begin":
            sql.append("rendered")
        elif kind == "string":
            strings.append((line, value[1:-1]))
        sql.append("\n" * value.count("\n"))
    return "".join(sql), strings


def _without_text(match: re.Match[str]) -> str:
    return "''" + "\n" * match[0].count("\n")


def _escapes(sql: str) -> Iterator[Construct]:
    """Yield literals with quotes or backslashes: Spark reads `'It''s'` as `Its`."""
    code = re.sub(r"--[^\n]*", "", sql)
    for match in _LITERAL.finditer(code):
        if "'" in match[0][1:-1] or "\\" in match[0]:
            yield Construct("escape", 1 + code.count("\n", 0, match.start()), match[0])


def _search(
    text: str, first_line: int, patterns: Mapping[str, re.Pattern[str]]
) -> Iterator[Construct]:
    for name, pattern in patterns.items():
        for match in pattern.finditer(text):
            line = first_line + text.count("\n", 0, match.start())
            yield Construct(name, line, " ".join(match[0].split()))
