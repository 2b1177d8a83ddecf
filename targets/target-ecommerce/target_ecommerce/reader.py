"""Reads Singer messages: the envelope of a line, and records with a decoder per stream.

A record is decoded in one pass, with the types of its stream. Only a line that this strict
decoder refuses is read again by `values.parse_json`.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from typing import IO, TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import InvalidInputLine
from singer_sdk.singerlib.encoding import GenericSingerReader
from typing_extensions import override

from target_ecommerce.columns import decoded_type
from target_ecommerce.values import parse_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from target_ecommerce.schema import Column, Kind


class Envelope(msgspec.Struct, gc=False):
    """A message whose content is not decoded."""

    type: str = ""
    stream: str = ""
    record: msgspec.Raw = msgspec.Raw()
    value: msgspec.Raw = msgspec.Raw()
    time_extracted: str | None = None
    version: int | None = None


# Names that msgspec refuses for a field.
_REFUSED_NAME = re.compile(r'["\\\x00-\x1f\ud800-\udfff]')
_envelope = msgspec.json.Decoder(Envelope)


class RecordDecoder:
    """Decodes the RECORD messages of one stream.

    Args:
        stream: Name of the stream.
        columns: Its columns.
        kinds: The kind that each column is written as.
        keys: Names of properties that every record must have.
    """

    def __init__(
        self,
        stream: str,
        columns: Sequence[Column],
        kinds: Sequence[Kind],
        keys: frozenset[str],
    ) -> None:
        self.stream = stream
        self._fields: list[Any] = []
        renames: dict[str, str] = {}
        for place, (column, kind) in enumerate(zip(columns, kinds, strict=True)):
            name = f"f{place}"
            renames[name] = column.property_name
            kind_type = decoded_type(kind, is_string=column.is_string)
            has_default = column.property_name not in keys
            self._fields.append((name, kind_type, None) if has_default else (name, kind_type))
        self._renames = renames
        self._is_possible = not any(map(_REFUSED_NAME.search, renames.values()))
        self._decoder = self._compile(strict=True)

    def decode(self, line: bytes) -> Any:  # noqa: ANN401 - a struct made at run time
        """Return the message, with the record as a struct of the columns.

        Raises:
            msgspec.MsgspecError: If the line is another message, or a value has another type.
        """
        if not self._decoder:
            raise msgspec.ValidationError("A property has a name that the decoder cannot have.")
        return self._decoder.decode(line)

    def ignore_unknown(self) -> None:
        """Stop refusing records with properties that the schema does not have."""
        self._decoder = self._compile(strict=False)

    def _compile(self, *, strict: bool) -> msgspec.json.Decoder[Any] | None:
        if not self._is_possible:
            return None
        record = msgspec.defstruct(
            "Record",
            self._fields,
            rename=self._renames,
            forbid_unknown_fields=strict,
            kw_only=True,
            gc=False,
        )
        message = msgspec.defstruct(
            "RecordMessage",
            [
                ("record", record),
                ("stream", str),
                ("type", str),
                ("time_extracted", str | None, None),
                ("version", int | None, None),
            ],
            gc=False,
        )
        return msgspec.json.Decoder(message)


def read_envelope(line: bytes) -> Envelope:
    """Return the envelope of a line.

    Raises:
        msgspec.MsgspecError: If the line is not strict JSON.
    """
    return _envelope.decode(line)


def read_message(line: bytes, number: int) -> dict[str, Any]:
    """Return a whole message as Python objects; numbers stay exact.

    Raises:
        InvalidInputLine: If the line is not a JSON object.
    """
    try:
        message = parse_json(line)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        # The line itself may hold personal data.
        raise InvalidInputLine(
            f"Line {number} of the input is not a JSON object; it has {len(line)} bytes. The"
            " tap ended in the middle of a line, or writes other text to its standard output."
        )
    return message


class LineReader(GenericSingerReader[str]):
    """The SDK's reader, which passes undecoded lines to the target."""

    default_input = sys.stdin

    def __init__(self) -> None:
        super().__init__()
        self.process_line: Callable[[bytes, int], str] = _no_target
        self.roll_back: Callable[[], None] = _do_nothing

    @override
    def process_lines(
        self,
        file_input: IO[str] | None,
        callbacks: dict[str, Callable[[dict[str, Any]], None]],
    ) -> Counter[str]:
        counts: Counter[str] = Counter()
        process = self.process_line
        try:
            for number, line in enumerate(_lines(file_input), start=1):
                counts[process(line, number)] += 1
        except BaseException:
            self.roll_back()
            raise
        return counts

    @override
    def deserialize_json(self, line: str) -> dict[str, Any]:
        return read_message(line.encode("utf-8", "surrogatepass"), 0)


def _do_nothing() -> None:
    pass


def _no_target(line: bytes, number: int) -> str:
    raise NotImplementedError


def _lines(file_input: IO[str] | None) -> Iterator[bytes]:
    """Yield lines as bytes: the input of a terminal may have another encoding than UTF-8."""
    source: Any = file_input or sys.stdin
    lines = getattr(source, "buffer", source)
    for line in lines:
        text = line if isinstance(line, bytes) else line.encode("utf-8", "surrogatepass")
        if not text.isspace():
            yield text
