"""The contract as YAML: schemas of the ShopApp API, and descriptions of the staging models."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

import yaml
from definition import NOTICE, WIDTH, schema_ref
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable

    from definition import Stream

BEGIN = f"    # Begin. {NOTICE}\n"
END = "    # End of the generated schemas.\n"
LOADER_COLUMNS = {
    "loaded_at": "When the loader wrote the row.",
    "loader_deleted_at": "When the loader found the row gone from a full list.",
}
NUMBER_COLUMNS = {
    "number_out_of_range": "Whether a number is too large, so that its column is null.",
    "has_rounded_number": "Whether a number has more than 10 decimals, so that it is rounded.",
}
SHORT_LIST = 70


def openapi(before: str, streams: Iterable[Stream]) -> str:
    """Return `openapi.yaml` with the schemas of the streams' records.

    Raises:
        ValueError: If the comments that enclose the generated schemas are not there once.
    """
    schemas: dict[str, Any] = {}
    for stream in streams:
        if stream.api:
            schemas.update(_record_schemas(stream, stream.api))
    block = textwrap.indent(_yaml(schemas), "    ")
    pattern = re.escape(BEGIN) + ".*?" + re.escape(END)
    text, count = re.subn(pattern, lambda _: BEGIN + block + END, before, flags=re.DOTALL)
    if count != 1:
        msg = "openapi.yaml needs the two comments that enclose the generated schemas, once."
        raise ValueError(msg)
    return text


def _record_schemas(stream: Stream, api: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a stream's records, and of their amounts if `api.money` is set."""
    fields = [each for each in stream.fields if each.api is not None]
    money = api.get("money")
    schemas, schema = {}, {k: api[k] for k in ("description",) if k in api}
    if money:
        schemas[money["schema"]] = {
            "description": money["description"],
            "type": ["object", "null"],
            "properties": {f.api_name: f.json_schema() for f in fields if f.money},
        }
        schema["allOf"] = [schema_ref(money["schema"])]
    schema |= {
        "type": "object",
        "required": [f.api_name for f in fields if f.api and f.api.get("required")],
        "properties": {f.api_name: f.json_schema() for f in fields if not f.money},
    }
    return {**schemas, api["schema"]: schema}


def staging(streams: Iterable[Stream]) -> str:
    """Return the descriptions of the staging models and their columns."""
    models = []
    for stream in streams:
        columns = []
        for each in stream.emitted:
            column: dict[str, Any] = {"name": each.name, "description": each.description}
            if each.pii:
                column["config"] = {"meta": {"pii": each.pii}}
            columns.append(column)
        has_numbers = any(each.type == "decimal" for each in stream.emitted)
        added = {
            **(NUMBER_COLUMNS if has_numbers else {}),
            **LOADER_COLUMNS,
            **stream.staging.get("columns", {}),
        }
        columns += [{"name": name, "description": text} for name, text in added.items()]
        model: dict[str, Any] = {"name": f"stg_ecommerce__{stream.name}"}
        model["description"] = stream.description
        if "access" in stream.staging:
            model["config"] = {"access": stream.staging["access"]}
        models.append({**model, "columns": columns})
    return f"# {NOTICE}\n\n" + _yaml({"version": 2, "models": models})


class _Dumper(yaml.SafeDumper):
    """Writes YAML as this repository does: indented lists, short lists on one line."""

    @override
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _list(dumper: _Dumper, values: list[Any]) -> yaml.SequenceNode:
    is_short = (
        not any(isinstance(value, dict) for value in values) and len(str(values)) < SHORT_LIST
    )
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=is_short)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)
_Dumper.ignore_aliases = lambda *_: True  # type: ignore[method-assign]


def _yaml(value: object) -> str:
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
