"""Singer messages as JSON lines, many records at a time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import orjson
from singer_sdk.io_base import SingerWriter

if TYPE_CHECKING:
    from collections.abc import Iterable


class PageWriter(SingerWriter):
    """The SDK's writer, which can also write the records of a page in one call."""

    def write_records(
        self,
        stream: str,
        records: Iterable[dict[str, Any]],
        *,
        time_extracted: str,
    ) -> None:
        """Write one RECORD message per record."""
        message = {"type": "RECORD", "stream": stream, "time_extracted": time_extracted}
        start = orjson.dumps(message)[:-1] + b',"record":'
        # Written to the buffer, since Singer is UTF-8 and a terminal may use another encoding.
        sys.stdout.buffer.writelines(
            [b"%b%b}\n" % (start, orjson.dumps(record)) for record in records]
        )
        sys.stdout.flush()
