"""Stream maps and flattening, with the SDK's mapper.

Records that are mapped take a slower path: they are decoded, transformed by the SDK and encoded
again. Everything behind it is the same.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.mapper import RemoveRecordTransform

from target_ecommerce.values import replace_unwritable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from singer_sdk.mapper import PluginMapper

_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=str)


class StreamMapping:
    """Applies the settings `stream_maps` and `flattening_enabled` to messages."""

    def __init__(self, mapper: PluginMapper) -> None:
        self._mapper = mapper

    def schemas(self, message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the SCHEMA messages of the streams that a stream is mapped to."""
        stream = message["stream"]
        keys = message.get("key_properties")
        schema = copy.deepcopy(message["schema"])
        self._mapper.register_raw_stream_schema(stream, schema, keys)
        for stream_map in self._mapper.stream_maps[stream]:
            if isinstance(stream_map, RemoveRecordTransform):
                continue
            yield {
                "type": "SCHEMA",
                "stream": stream_map.stream_alias,
                "schema": stream_map.transformed_schema,
                "key_properties": stream_map.transformed_key_properties or [],
                "bookmark_properties": message.get("bookmark_properties") or [],
            }

    def records(self, message: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
        """Yield the streams that a record is mapped to, with the RECORD messages."""
        for stream_map in self._maps(message):
            record = stream_map.transform(copy.copy(message["record"]))
            if record is None:
                continue
            mapped = {
                "type": "RECORD",
                "stream": stream_map.stream_alias,
                "record": record,
                "time_extracted": message.get("time_extracted"),
                "version": message.get("version"),
            }
            yield stream_map.stream_alias, _encode(mapped)

    def aliases(self, message: Mapping[str, Any]) -> list[str]:
        """Return the names of the streams that a stream is mapped to."""
        return [stream_map.stream_alias for stream_map in self._maps(message)]

    def _maps(self, message: Mapping[str, Any]) -> list[Any]:
        return list(self._mapper.stream_maps.get(message["stream"], ()))


def _encode(message: dict[str, Any]) -> bytes:
    try:
        return _encoder.encode(message)
    except UnicodeEncodeError:  # a lone surrogate, which the slow path of the loader replaces
        return _encoder.encode(replace_unwritable(message))
