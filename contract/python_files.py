"""The contract as Python of the taps, in the form of ruff format."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

from definition import KINDS, NOTICE, WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from definition import Stream

READERS = ("ids", "texts", "decimals", "booleans", "times", "others")


def _module(docstring: str, *imports: str) -> list[str]:
    first, *more = docstring.split("\n")
    text = ['"""' + first, *more, "", NOTICE, '"""', ""]
    return [*text, "from __future__ import annotations", "", *imports, ""]


def shop_contract(streams: Sequence[Stream]) -> str:
    """Return the module with keys and schema of every stream of tap-shopapp."""
    lines = _module(
        "The canonical contract: the streams that every application emits.\n\n"
        "Times are fixed-width UTC text, money is exact decimal strings, ids are text;\n"
        "`shop_id` is in every key. The dbt package reads exactly these columns.",
        "from singer_sdk import typing as th",
        "",
        "from tap_shopapp.stream_contract import define_stream",
    )
    for stream in streams:
        bookmark = f'"{stream.bookmark}"' if stream.bookmark else "None"
        lines += [
            f"{stream.name.upper()} = define_stream(",
            f'    "{stream.name}",',
            *_tuple("    ", stream.primary_keys),
            f"    {bookmark},",
            *_field_tuples(stream),
            ")",
        ]
    names = [stream.name.upper() for stream in streams]
    embedded = [f"{stream.name.upper()}.name" for stream in streams if stream.embedded]
    system = [f"{stream.name.upper()}.name" for stream in streams if stream.system]
    lines += [
        "",
        "CONTRACTS = {",
        "    contract.name: contract",
        "    for contract in (",
        *(f"        {name}," for name in names),
        "    )",
        "}",
        '"""Every stream by name, in the order in which a run reads them."""',
        "",
        f"EMBEDDED = ({', '.join(embedded)})",
        '"""Streams whose records are part of an order, and are written from its page."""',
        "",
        "SYSTEM_STREAMS = (",
        *(f"    {name}," for name in system),
        ")",
        '"""Streams whose records are written while another stream is read."""',
    ]
    return "\n".join(lines) + "\n"


def rates_contract(stream: Stream) -> str:
    """Return the module with keys and fields of the stream of tap-ecb-rates."""
    lines = _module(
        "Keys and fields of the stream exchange_rates.", "from singer_sdk import typing as th"
    )
    lines += [
        *_tuple("PRIMARY_KEYS = ", stream.primary_keys, end=""),
        f'REPLICATION_KEY = "{stream.bookmark}"',
        "FIELDS = (",
        *_field_tuples(stream),
        ")",
    ]
    return "\n".join(lines) + "\n"


def shop_readers(streams: Sequence[Stream]) -> str:
    """Return the module with the fields of the API by type."""
    lines = _module(
        "The fields of the ShopApp API's records, by the kind that reads them.",
        "from tap_shopapp.records.fields import Fields",
    )
    fields = [each for stream in streams for each in stream.fields]
    lines += _tuple("AMOUNTS = ", [each.name for each in fields if each.money], end="")
    for each in fields:
        if each.vocabulary:
            lines += [f"{each.name.upper()}_VOCABULARY = frozenset("]
            lines += [*_tuple("    ", each.vocabulary, end=""), ")"]
    for stream in streams:
        if not stream.reader:
            continue
        names: dict[str, list[str]] = {kind: [] for kind in READERS}
        for each in stream.fields:
            if each.api is None:
                continue
            is_id = each.name in stream.primary_keys
            kind = "others" if is_id or not each.type else KINDS[each.type].reader
            names[kind].append(each.api_name)
        lines.append(f"{stream.reader} = Fields(")
        for kind, group in names.items():
            lines += _tuple(f"    {kind}=", group) if group else []
        lines += [f'    within="{stream.name}.",'] if stream.embedded else []
        lines.append(")")
    return "\n".join(lines) + "\n"


def _field_tuples(stream: Stream) -> list[str]:
    """Return name, type and description of each field as Python, in the form of ruff format."""
    lines = []
    for each in stream.emitted:
        parts = [f'"{each.name}"', KINDS[str(each.type)].singer, _literal(each.description)]
        line = f"    ({', '.join(parts)}),"
        if len(line) <= WIDTH:
            lines.append(line)
            continue
        if len(parts[2]) > WIDTH - 9:
            words = textwrap.wrap(each.description, WIDTH - 16)
            texts = [*(f"{part} " for part in words[:-1]), words[-1]]
            quoted = [f"            {_literal(text)}" for text in texts]
            parts[2] = "\n".join(["(", *quoted, "        )"])
        lines += ["    (", *(f"        {part}," for part in parts), "    ),"]
    return lines


def _tuple(begin: str, names: Sequence[str], end: str = ",") -> list[str]:
    """Return a tuple of texts as Python, in the form of ruff format."""
    quoted = [f'"{name}"' for name in names]
    line = f"{begin}({', '.join(quoted)}{',' if len(quoted) == 1 else ''}){end}"
    if len(line) <= WIDTH:
        return [line]
    indent = " " * (len(begin) - len(begin.lstrip()))
    return [f"{begin}(", *(f"{indent}    {name}," for name in quoted), f"{indent}){end}"]


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
