"""Reports fields of a shop's records that are not in the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging
    from collections import Counter

_MOST_SHOWN = 20
_LONGEST_NAME = 60


def log_unknown_fields(logger: logging.Logger, stream: str, unknown: Counter[str]) -> None:
    """Log the fields that were left out. Names are cut, since the shop chose them.

    Args:
        logger: The logger of the stream.
        stream: The name of the stream.
        unknown: How often each field was left out.
    """
    if not unknown:
        return
    logger.warning(
        "%s: %d fields are not in the contract and were omitted: %s. To keep a field, put it"
        " into attributes.",
        stream,
        len(unknown),
        _counted(unknown),
    )


def log_unknown_kinds(logger: logging.Logger, unknown: Counter[str]) -> None:
    """Log the kinds of sales events that are not in the contract. Their events are loaded.

    Args:
        logger: The logger of the stream.
        unknown: How often each kind occurred.
    """
    if unknown:
        logger.warning(
            "sales_events: %d events have a kind that is not in the contract and are loaded"
            " with the kind unknown: %s. Their column kind_raw has the word of the shop.",
            unknown.total(),
            _counted(unknown),
        )


def _counted(unknown: Counter[str]) -> str:
    return ", ".join(
        f"{name[:_LONGEST_NAME]!r} ({count} times)"
        for name, count in unknown.most_common(_MOST_SHOWN)
    )
