"""The definition of a stream: name, keys and schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from singer_sdk import typing as th

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class StreamContract:
    """Name, keys and schema of one canonical stream.

    `bookmark_property` sorts the versions of a record. A record of an embedded stream has the
    version of its order.
    """

    name: str
    primary_keys: tuple[str, ...]
    bookmark_property: str | None
    schema: dict[str, Any]

    @property
    def fields(self) -> Mapping[str, Any]:
        """The stream's properties by name, in order."""
        properties: Mapping[str, Any] = self.schema["properties"]
        return properties


def define_stream(
    name: str,
    primary_keys: tuple[str, ...],
    bookmark_property: str | None,
    *fields: tuple[str, Any, str],
) -> StreamContract:
    """Return a stream with fields, each with name, type and description."""
    properties = [
        th.Property(field, kind, required=field in primary_keys, description=description)
        for field, kind, description in fields
    ]
    schema = th.PropertiesList(*properties).to_dict()
    return StreamContract(name, primary_keys, bookmark_property, schema)
