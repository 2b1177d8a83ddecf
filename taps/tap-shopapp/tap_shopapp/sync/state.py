"""The Singer state: its version, and checks before a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_shopapp.errors import TapError
from tap_shopapp.records.timestamps import parse_setting

if TYPE_CHECKING:
    from singer_sdk.helpers.types import TapState

# Increased when the meaning of bookmarks changes. A state without a version has version 1.
_VERSION = 1


def mark_version(state: TapState) -> None:
    """Write the version into a state."""
    state["state_version"] = _VERSION  # type: ignore[typeddict-unknown-key]


def check_state(state: dict[str, Any]) -> None:
    """Check that a run can continue from a state.

    Raises:
        TapError: Another version or another tool wrote the state.
    """
    if state.get("state_version", _VERSION) != _VERSION:
        msg = "The state was written by another version of the tap."
        raise TapError(
            msg, "Use that version, or start without a state, which reads all records again."
        )
    try:
        for stream_state in state.get("bookmarks", {}).values():
            if bookmark := stream_state.get("replication_key_value"):
                parse_setting(bookmark)
    except (AttributeError, TypeError, ValueError):
        msg = "The state has bookmarks that are not times."
        raise TapError(
            msg, "Correct it, or start without a state, which reads all records again."
        ) from None
