"""The contract as SQL: the macro that names the columns of the raw tables."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from definition import KINDS, NOTICE, WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from definition import Stream


def raw_columns(streams: Iterable[Stream]) -> str:
    """Return the macro `ecommerce_raw_columns`."""
    lines = [
        "{#-",
        "  The columns of every raw table by type: text, timestamp, date, decimal, rate,",
        "  boolean, integer, json.",
        f"  {NOTICE}",
        "-#}",
        "{% macro ecommerce_raw_columns(stream) %}",
        "    {%- set columns = {",
    ]
    for stream in streams:
        lines.append(f"        '{stream.name}': {{")
        columns: dict[str, list[str]] = {}
        for each in stream.emitted:
            columns.setdefault(KINDS[str(each.type)].sql, []).append(each.name)
        if "json" in columns:
            columns["json"] = columns.pop("json")  # last, where long values are easy to skip
        for kind, names in columns.items():
            text = ", ".join(f"'{name}'" for name in names)
            line = f"            '{kind}': [{text}],"
            if len(line) > WIDTH:
                wrapped = textwrap.indent("\n".join(textwrap.wrap(text, WIDTH - 18)), " " * 16)
                line = f"            '{kind}': [\n{wrapped},\n            ],"
            lines.append(line)
        lines.append("        },")
    lines += ["    } -%}", "    {{- return(columns[stream]) -}}", "{% endmacro %}"]
    return "\n".join(lines) + "\n"
