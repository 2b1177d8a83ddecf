"""BATCH messages: files of records."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

from singer_sdk.helpers._batch import BatchConfig, StorageTarget

from target_ecommerce.errors import LoadError

if TYPE_CHECKING:
    from collections.abc import Iterator


def batch_lines(message: dict[str, Any], config: dict[str, Any] | None) -> Iterator[bytes]:
    """Yield the records of a BATCH message's files as RECORD messages.

    Raises:
        LoadError: If the files have a format that the target does not read.
    """
    encoding = message.get("encoding") or {}
    storage = BatchConfig.from_dict(config).storage if config else None
    head = json.dumps({"type": "RECORD", "stream": message["stream"]})[:-1]
    start = f'{head}, "record": '.encode()
    for path in message.get("manifest") or ():
        folder, name = StorageTarget.split_url(path)
        with (storage or StorageTarget.from_url(folder)).open(name, mode="rb") as file:
            for record in _records(file, encoding):
                if not record.isspace():
                    yield start + record.rstrip() + b"}\n"


def _records(file: Any, encoding: dict[str, Any]) -> Iterator[bytes]:  # noqa: ANN401 - a file
    compression = encoding.get("compression") or "none"
    if encoding.get("format") == "jsonl" and compression in ("gzip", "none"):
        with gzip.GzipFile(fileobj=file) if compression == "gzip" else file as records:
            yield from records
    else:
        raise LoadError(
            f"A BATCH message has files of the format {encoding.get('format')!r}, compressed"
            f" with {compression!r}. Let the tap write jsonl files, with gzip or uncompressed."
        )
