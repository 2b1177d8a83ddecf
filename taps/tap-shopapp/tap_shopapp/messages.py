"""Singer messages as lines of JSON, many records at a time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import orjson
from singer_sdk.singerlib.encoding.base import GenericSingerWriter
from singer_sdk.singerlib.encoding.simple import Message
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable


class PageWriter(GenericSingerWriter[str, Message]):
    """Writes what the SDK's own writer does, with one write per page of records."""

    @override
    def serialize_message(self, message: Message) -> str:
        return _line(message.to_dict()).decode()

    @override
    def write_message(self, message: Message) -> None:
        sys.stdout.write(self.format_message(message))
        sys.stdout.flush()

    def write_records(
        self,
        stream: str,
        records: Iterable[dict[str, Any]],
        *,
        version: int | None,
        time_extracted: str,
    ) -> None:
        """Write one RECORD message per record."""
        message: dict[str, Any] = {"type": "RECORD", "stream": stream}
        if version is not None:
            message["version"] = version
        message["time_extracted"] = time_extracted
        lines = b"".join(_line(message | {"record": record}) for record in records)
        sys.stdout.write(lines.decode())
        sys.stdout.flush()


def _line(message: dict[str, Any]) -> bytes:
    # Decimals of schemas (multipleOf) are all that orjson does not know.
    return orjson.dumps(message, default=str, option=orjson.OPT_APPEND_NEWLINE)
