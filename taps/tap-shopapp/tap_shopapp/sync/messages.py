"""Singer messages as lines of JSON, many records at a time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import orjson
from singer_sdk.io_base import SingerWriter

if TYPE_CHECKING:
    from collections.abc import Iterable


class PageWriter(SingerWriter):
    """The SDK's own writer, and beside it one that writes the records of a page at once."""

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
        start = orjson.dumps(message)[:-1] + b',"record":'
        # To the buffer: Singer is UTF-8, whatever the terminal's encoding is.
        sys.stdout.buffer.writelines(
            [b"%b%b}\n" % (start, orjson.dumps(record)) for record in records]
        )
        sys.stdout.flush()
