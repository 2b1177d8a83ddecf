"""The Singer target: settings, command line and dispatch of messages."""

from __future__ import annotations

import json
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec import MsgspecError
from singer_sdk.exceptions import InvalidInputLine
from singer_sdk.helpers.capabilities import PluginCapabilities, TargetCapabilities
from singer_sdk.target_base import Target
from typing_extensions import override

from target_ecommerce.batches import batch_lines
from target_ecommerce.errors import Terminated
from target_ecommerce.loader import Limits, Loader, Stream
from target_ecommerce.mapping import StreamMapping
from target_ecommerce.reader import LineReader, read_envelope, read_message
from target_ecommerce.settings import CONFIG
from target_ecommerce.shutdown import end_within_deadline
from target_ecommerce.writers.connect import connect

if TYPE_CHECKING:
    from types import FrameType

    from singer_sdk.helpers.capabilities import CapabilitiesEnum

_RECORD = b'"record"'
_MAX_PREFIXES = 1000


class TargetEcommerce(Target):
    """Loads Singer streams into Postgres or DuckDB, exactly and with counted rows."""

    name = "target-ecommerce"
    config_jsonschema = CONFIG
    message_reader_class = LineReader
    capabilities: ClassVar[list[CapabilitiesEnum]] = [
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
        PluginCapabilities.BATCH,
        PluginCapabilities.ACTIVATE_VERSION,
        TargetCapabilities.HARD_DELETE,
        TargetCapabilities.TARGET_SCHEMA,
    ]

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - the SDK's arguments
        super().__init__(**options)
        if isinstance(self.message_reader, LineReader):
            self.message_reader.process_line = self.process_line
            self.message_reader.roll_back = self.close
        self._prefixes: dict[bytes, Stream] = {}
        is_mapped = self.config.get("stream_maps") or self.config.get("flattening_enabled")
        self._mapping = StreamMapping(self.mapper) if is_mapped else None

    @override
    @classmethod
    def append_builtin_config(cls, config_jsonschema: dict[str, Any]) -> None:
        super().append_builtin_config(config_jsonschema)
        # Streams with keys are always merged and streams without keys always appended.
        config_jsonschema["properties"].pop("load_method", None)

    @cached_property
    def loader(self) -> Loader:
        """The loader, connected to the warehouse of the settings."""
        self.writer = connect(self.config, self.initialized_at)
        limits = Limits(
            buffer_rows=self.config["batch_size_rows"],
            buffer_bytes=self.config["batch_size_bytes"],
            checkpoint_rows=self.config["checkpoint_rows"],
            checkpoint_seconds=self.config["checkpoint_seconds"],
            hard_delete=self.config["hard_delete"],
        )
        return Loader(self.writer, limits, _write_state, self.logger)

    def close(self) -> None:
        """Disconnect, which rolls back what is not committed."""
        if "loader" in self.__dict__:
            self.writer.close()

    def process_line(self, line: bytes, number: int) -> str:
        """Take one line of the input; return the type of its message."""
        end = line.find(_RECORD)
        prefix = line[:end]
        stream = self._prefixes.get(prefix) if end > 0 else None
        if stream:
            self.loader.record(stream, line, number)
            return "RECORD"
        try:
            envelope = read_envelope(line)
        except (MsgspecError, RecursionError):
            return self._process_message(read_message(line, number), line, number)
        if envelope.type == "RECORD" and envelope.stream and not self._mapping:
            stream = self.loader.stream(envelope.stream)
            self._remember(prefix, stream)
            self.loader.record(stream, line, number)
            return "RECORD"
        if envelope.type == "STATE" and bytes(envelope.value):
            self.loader.state(bytes(envelope.value))
            return "STATE"
        return self._process_message(read_message(line, number), line, number)

    def _remember(self, prefix: bytes, stream: Stream) -> None:
        """Recognize the stream's records by the text before the record from now on."""
        try:
            envelope = read_envelope(prefix + b'"record":null}')
        except MsgspecError:
            return
        if envelope.type == "RECORD" and envelope.stream == stream.name:
            if len(self._prefixes) >= _MAX_PREFIXES:
                self._prefixes.clear()
            self._prefixes[prefix] = stream

    def _process_message(self, message: dict[str, Any], line: bytes, number: int) -> str:
        kind = str(message.get("type"))
        if kind == "STATE" and "value" in message:
            self._process_state_message(message)
        elif not message.get("stream"):
            raise InvalidInputLine(
                f"Line {number} of the input is a message without a stream. Correct the tap."
            )
        elif kind == "RECORD":
            self._process_record(message, len(line), number)
        elif kind == "SCHEMA":
            self._process_schema_message(message)
        elif kind == "ACTIVATE_VERSION":
            self._process_activate_version_message(message)
        elif kind == "BATCH":
            self._process_batch_message(message)
        else:
            raise InvalidInputLine(f"Line {number} of the input has an unknown message type.")
        return kind

    def _process_record(self, message: dict[str, Any], size: int, number: int) -> None:
        if not self._mapping:
            self.loader.record_slowly(self.loader.stream(message["stream"]), message, size)
            return
        if not isinstance(message.get("record"), dict):
            raise InvalidInputLine(f"Line {number} of the input is a RECORD without a record.")
        if message["stream"] not in self.mapper.stream_maps:
            self.loader.stream(message["stream"])  # raises
        for alias, mapped in self._mapping.records(message):
            self.loader.record(self.loader.stream(alias), mapped, number)

    @override
    def _process_schema_message(self, message_dict: dict[str, Any]) -> None:
        messages = self._mapping.schemas(message_dict) if self._mapping else [message_dict]
        for message in messages:
            self.loader.schema(message)

    @override
    def _process_state_message(self, message_dict: dict[str, Any]) -> None:
        self.loader.state(json.dumps(message_dict.get("value")).encode())

    @override
    def _process_activate_version_message(self, message_dict: dict[str, Any]) -> None:
        if not self.config.get("process_activate_version_messages", True):
            return
        name = message_dict["stream"]
        if not self.config["add_record_metadata"]:
            # Without _sdc_table_version, no row would belong to the version.
            self.logger.warning(
                "Ignored ACTIVATE_VERSION of stream %r: set add_record_metadata to true.", name
            )
            return
        for alias in self._mapping.aliases(message_dict) if self._mapping else [name]:
            self.loader.activate_version(alias, message_dict["version"])

    @override
    def _process_batch_message(self, message_dict: dict[str, Any]) -> None:
        """Load the records of files as if they had been RECORD messages."""
        for line in batch_lines(message_dict, self.config.get("batch_config")):
            self.process_line(line, 0)

    @override
    def process_endofpipe(self) -> None:
        try:
            self.loader.finish()
        finally:
            self.close()

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        """End without STATE: what is not committed is read again by the next run."""
        end_within_deadline(signum)
        if "loader" in self.__dict__:
            self.writer.cancel()
        raise Terminated(signum)


def _write_state(value: bytes) -> None:
    sys.stdout.write(f"{value.decode()}\n")
    sys.stdout.flush()
