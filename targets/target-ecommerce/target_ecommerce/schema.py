"""What a SCHEMA message says about a stream: names, kinds of values, keys and order."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from target_ecommerce.errors import LoadError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Postgres cuts identifiers after 63 bytes, so that two long names could become one column.
_MAX_IDENTIFIER_BYTES = 63
_HASH_DIGITS = 8
# The time of change of a record that is embedded in another one, such as the line of an order.
_EMBEDDED_ORDER = "transaction_updated_at"
LOAD_LOG = "ecommerce_load_log"


class Kind(str, Enum):
    """Kind of the values of a column."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"
    DATE = "date"
    TIME = "time"
    JSON = "json"
    # Columns of Postgres that another loader made for lists.
    TEXT_ARRAY = "text[]"
    JSON_ARRAY = "json[]"


METADATA: dict[str, Kind] = {
    "_sdc_extracted_at": Kind.TIMESTAMP,
    "_sdc_received_at": Kind.TIMESTAMP,
    "_sdc_batched_at": Kind.TIMESTAMP,
    "_sdc_deleted_at": Kind.TIMESTAMP,
    "_sdc_sequence": Kind.INTEGER,
    "_sdc_table_version": Kind.INTEGER,
    "_sdc_sync_started_at": Kind.INTEGER,
}
_FORMATS = {
    "date-time": Kind.TIMESTAMP,
    "date": Kind.DATE,
    "time": Kind.TIME,
    "singer.decimal": Kind.NUMBER,
    "x-singer.decimal": Kind.NUMBER,
}
_TYPES = {
    "integer": Kind.INTEGER,
    "number": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "object": Kind.JSON,
    "array": Kind.JSON,
}


@dataclass(frozen=True)
class Column:
    """A property of the records and the column that it is written to.

    Attributes:
        property_name: Name in the SCHEMA message.
        name: Name of the column, at most 63 bytes long.
        kind: Kind of its values.
        is_string: Whether every value is a JSON string or null.
    """

    property_name: str
    name: str
    kind: Kind
    is_string: bool = False


@dataclass(frozen=True)
class StreamSchema:
    """A stream as its SCHEMA message describes it.

    Attributes:
        stream: Name of the stream.
        table: Name of its table.
        columns: Its properties, in the order of the message.
        keys: Names of the key columns; empty if every record is appended.
        order: Name of the column whose greatest value is the newest version of a record.
    """

    stream: str
    table: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    order: str | None


def read_schema(message: Mapping[str, Any]) -> StreamSchema:
    """Return the stream that a SCHEMA message describes.

    Raises:
        LoadError: If the message has no properties, or a key that is not a property.
    """
    stream = str(message["stream"])
    schema = message.get("schema")
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict):
        raise LoadError(
            f"The SCHEMA message of stream {stream!r} has no properties. Correct the tap."
        )
    columns = tuple(
        Column(name, identifier(name), _kind(definition), set(_types(definition)) == {"string"})
        for name, definition in properties.items()
        if name not in METADATA or name == "_sdc_deleted_at"  # a log-based tap states it
    )
    names = {column.property_name: column.name for column in columns}
    keys = message.get("key_properties") or []
    if missing := [key for key in keys if key not in names]:
        raise LoadError(
            f"Stream {stream!r} has the key {', '.join(missing)}, which is not among its"
            " properties. Correct the tap, or select the property in the catalog."
        )
    table = identifier(stream)
    if table == LOAD_LOG:
        raise LoadError(
            f"Stream {stream!r} has the name of the target's own table. Rename it with"
            " stream_maps."
        )
    return StreamSchema(
        stream, table, columns, tuple(names[key] for key in keys), _order(message, names)
    )


def identifier(name: str) -> str:
    """Return a name that fits into 63 bytes; a longer one ends with a hash of all of it.

    >>> identifier("order_id")
    'order_id'
    >>> len(identifier("x" * 64))
    63
    """
    clean = name.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if clean == name and 0 < len(name.encode()) <= _MAX_IDENTIFIER_BYTES:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_DIGITS]
    room = _MAX_IDENTIFIER_BYTES - _HASH_DIGITS - 1
    return f"{clean.encode()[:room].decode(errors='ignore')}_{digest}"


def _order(message: Mapping[str, Any], names: Mapping[str, str]) -> str | None:
    """Return the column that tells which of two versions of a record is newer."""
    # The lines of an order are a set that belongs to the time of change of the order, even if
    # their tap states another bookmark.
    if _EMBEDDED_ORDER in names:
        return names[_EMBEDDED_ORDER]
    bookmarks: Sequence[str] = message.get("bookmark_properties") or []
    return names.get(bookmarks[0]) if len(bookmarks) == 1 else None


def _kind(definition: object) -> Kind:
    """Return the kind of the values that a property can have."""
    kinds = set(_kinds(definition))
    if len(kinds) == 1:
        return kinds.pop()
    if kinds == {Kind.INTEGER, Kind.NUMBER}:
        return Kind.NUMBER
    if not kinds:
        return Kind.JSON
    return Kind.TEXT


def _kinds(definition: object) -> Iterator[Kind]:
    if not isinstance(definition, dict):
        return
    for union in ("anyOf", "oneOf", "allOf"):
        for member in definition.get(union) or ():
            yield from _kinds(member)
    types = definition.get("type") or ()
    for name in [types] if isinstance(types, str) else types:
        if name == "string":
            yield _FORMATS.get(definition.get("format", ""), Kind.TEXT)
        elif name in _TYPES:
            yield _TYPES[name]


def _types(definition: object) -> Iterator[str]:
    """Yield the JSON types of a property, without null."""
    if not isinstance(definition, dict):
        return
    for union in ("anyOf", "oneOf", "allOf"):
        for member in definition.get(union) or ():
            yield from _types(member)
    types = definition.get("type") or ()
    yield from (
        name for name in ([types] if isinstance(types, str) else types) if name != "null"
    )
