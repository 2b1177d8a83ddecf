"""The streams of the contract, read from ``contract/<stream>.yml``."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
# In the order in which a run reads them.
SHOP_STREAMS = (
    *("shops", "categories", "products", "customers", "transactions", "items", "refunds"),
    "sales_events",
    *("deleted_transactions", "rejected_records", "full_lists", "id_ranges"),
)
RATES_STREAM = "exchange_rates"
NOTICE = "Generated from contract/*.yml by `make contract`; do not edit."
WIDTH = 96


def schema_ref(name: str) -> dict[str, str]:
    """Return a reference to a schema of the ShopApp API."""
    return {"$ref": f"#/components/schemas/{name}"}


@dataclass(frozen=True)
class Kind:
    """What a type of the contract is in each generated file.

    Attributes:
        singer: Its expression in the SDK's typing module.
        sql: Its name in `ecommerce_cast`.
        reader: The argument of `Fields` that reads it.
        api: Its JSON schema in the API where a field does not state another.
    """

    singer: str
    sql: str
    reader: str
    api: dict[str, Any]


KINDS = {
    "text": Kind("th.StringType", "text", "texts", {"schema": "TextOrNull"}),
    "id": Kind("th.StringType", "text", "ids", {"schema": "TextOrNull"}),
    "decimal": Kind("th.SingerDecimalType", "decimal", "decimals", {"schema": "AmountOrNull"}),
    "rate": Kind("th.SingerDecimalType", "rate", "decimals", {"schema": "AmountOrNull"}),
    "timestamp": Kind("th.DateTimeType", "timestamp", "times", {"schema": "TimeOrNull"}),
    "boolean": Kind("th.BooleanType", "boolean", "booleans", {"type": ["boolean", "null"]}),
    "date": Kind("th.DateType", "date", "others", {}),
    "integer": Kind("th.IntegerType", "integer", "others", {"type": ["integer", "null"]}),
    "texts": Kind(
        "th.ArrayType(th.StringType)",
        "json",
        "others",
        {"type": ["array", "null"], "items": {"type": "string"}},
    ),
    "object": Kind(
        "th.ObjectType(additional_properties=True)", "json", "others", {"schema": "Attributes"}
    ),
}


@dataclass(frozen=True)
class Field:
    """A field of a stream; without `type`, a field of the API only."""

    name: str
    type: str | None = None
    description: str = ""
    pii: bool | str = False
    money: bool = False
    vocabulary: list[str] = field(default_factory=list)
    api: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        if self.type is not None and not (self.type in KINDS and self.description):
            msg = f"{self.name} needs a description and one of the types {', '.join(KINDS)}."
            raise ValueError(msg)

    @property
    def api_name(self) -> str:
        """The name of the field in the ShopApp API."""
        return str((self.api or {}).get("name", self.name))

    def json_schema(self) -> dict[str, Any]:
        """Return the field's schema in the ShopApp API."""
        stated = {k: v for k, v in (self.api or {}).items() if k not in ("name", "required")}
        if self.vocabulary:
            stated["enum"] = self.vocabulary
        elif self.type and not stated.keys() & {"schema", "type", "enum"}:
            stated.update(KINDS[self.type].api)
        if "schema" in stated:
            stated.update(schema_ref(stated.pop("schema")))
        return stated


@dataclass(frozen=True)
class Stream:
    """A stream, as its YAML file defines it."""

    name: str
    description: str
    primary_keys: list[str]
    fields: list[Field]
    bookmark: str | None = None
    embedded: bool = False
    system: bool = False
    reader: str | None = None
    api: dict[str, Any] | None = None
    staging: dict[str, Any] = field(default_factory=dict)

    @property
    def emitted(self) -> list[Field]:
        """The fields that the stream has, without those that the API alone has."""
        return [each for each in self.fields if each.type]


def load(folder: Path = FOLDER) -> dict[str, Stream]:
    """Return every stream that a folder defines, by name.

    Raises:
        ValueError: If a file does not define a stream.
    """
    names = (*SHOP_STREAMS, RATES_STREAM)
    if {path.stem for path in folder.glob("*.yml")} != set(names):
        msg = "The files contract/*.yml and the streams in contract/definition.py differ."
        raise ValueError(msg)
    return {name: _stream(folder / f"{name}.yml") for name in names}


def _stream(path: Path) -> Stream:
    stated = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        fields: list[Field] = []
        for its in stated.pop("fields"):
            if its.get("api") is True:
                its["api"] = {}
            if its.pop("repeat", None) == "money":
                amounts = [each.name for each in fields if each.money]
                fields += [
                    Field(**{key: text.format(name=amount) for key, text in its.items()})
                    for amount in amounts
                ]
            else:
                fields.append(Field(**its))
        return Stream(path.stem, fields=fields, **stated)
    except (KeyError, TypeError, ValueError) as error:
        msg = f"{path}: {error}"
        raise ValueError(msg) from error
