"""The Singer state: its version, and checks before a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tap_shopapp.errors import TapError
from tap_shopapp.records.timestamps import parse_setting

if TYPE_CHECKING:
    from singer_sdk.helpers.types import TapState

# Increased when the meaning of bookmarks changes. A state without a version has version 1.
# Version 2 has bookmarks of secondary lists (`secondary`) and the position in the list of ids
# (`id_list`). Both are optional, so that a run can continue from a state of version 1.
_VERSION = 2
_READABLE = frozenset((1, 2))


@dataclass(slots=True)
class IdListPosition:
    """Where the next run continues the list of a stream's ids.

    Attributes:
        list_number: 0 or 1, alternately.
        place: Number of ranges that were written of this list.
        below: Lower ids follow; null at the beginning of a list.
        listed: Number of ids that were read of this list.
    """

    list_number: int = 0
    place: int = 0
    below: str | None = None
    listed: int = 0


def mark_version(state: TapState) -> None:
    """Write the version into a state."""
    state["state_version"] = _VERSION  # type: ignore[typeddict-unknown-key]


def check_state(state: dict[str, Any]) -> None:
    """Check that a run can continue from a state.

    Raises:
        TapError: Another version or another tool wrote the state.
    """
    if state.get("state_version", 1) not in _READABLE:
        msg = "The state was written by another version of the tap."
        raise TapError(
            msg, "Use that version, or start without a state, which reads all records again."
        )
    try:
        for stream_state in state.get("bookmarks", {}).values():
            bookmarks = [stream_state.get("replication_key_value")]
            bookmarks += stream_state.get("secondary", {}).values()
            for bookmark in filter(None, bookmarks):
                parse_setting(bookmark)
            if position := stream_state.get("id_list"):
                IdListPosition(**position)
    except (AttributeError, TypeError, ValueError):
        msg = "The state has bookmarks that are not valid."
        raise TapError(
            msg, "Correct it, or start without a state, which reads all records again."
        ) from None
