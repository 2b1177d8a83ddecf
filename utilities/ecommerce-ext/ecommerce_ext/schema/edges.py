"""The edges between the tables of the diagram: their paths and their ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecommerce_ext.schema.tables import ForeignKey, Schema

_LANE = 14  # between parallel lines
_ROUND = 6
_FORK = 12


@dataclass(frozen=True, slots=True)
class Box:
    """The position of a table: side, borders, and the vertical middle of each column's row."""

    side: int
    left: int
    right: int
    top: int
    bottom: int
    rows: Mapping[str, int]


def draw_edges(schema: Schema, boxes: Mapping[str, Box]) -> Iterator[str]:
    """Yield the edges of all foreign keys, from child to parent.

    Edges between tables of one side run in the outer margin, each in a separate lane. Edges
    between the sides run in the gap.
    """
    taken: list[tuple[int, int, int, int]] = []
    for key in sorted(schema.foreign_keys, key=lambda key: _span(key, boxes)):
        child, parent = boxes[key.child], boxes[key.parent]
        start, end = child.rows[key.column], parent.rows[key.parent_column]
        if child.side == parent.side:
            outward = -1 if child.side == 0 else 1
            edge = child.left if child.side == 0 else child.right
            first, last = sorted((start, end))
            lane = next(
                lane
                for lane in range(len(schema.foreign_keys))
                if not any(
                    (side, other) == (child.side, lane) and low <= last and first <= high
                    for side, other, low, high in taken
                )
            )
            taken.append((child.side, lane, first, last))
            turn = edge + outward * (18 + _LANE * lane)
            leaves = enters = (edge, outward)
        else:
            outward = -1 if child.side > parent.side else 1
            leaves = (child.left, -1) if outward < 0 else (child.right, 1)
            enters = (parent.right, 1) if outward < 0 else (parent.left, -1)
            turn = (leaves[0] + enters[0]) // 2
        yield _path(leaves[0], start, turn, enters[0], end)
        yield _fork(*leaves, start)
        yield _bar(
            *enters, end, is_optional=not schema.column(key.child, key.column).is_required
        )


def _span(key: ForeignKey, boxes: Mapping[str, Box]) -> int:
    return abs(boxes[key.child].rows[key.column] - boxes[key.parent].rows[key.parent_column])


def _path(x1: int, y1: int, turn: int, x2: int, y2: int) -> str:
    """Return a horizontal, a vertical and a horizontal line, joined by round corners."""
    down = _ROUND if y2 > y1 else -_ROUND
    forth = _ROUND if turn > x1 else -_ROUND
    back = _ROUND if x2 > turn else -_ROUND
    if abs(y2 - y1) < 2 * _ROUND:
        return f'<path class="line" d="M{x1} {y1}H{turn}V{y2}H{x2}"/>'
    return (
        f'<path class="line" d="M{x1} {y1}H{turn - forth}Q{turn} {y1} {turn} {y1 + down}'
        f'V{y2 - down}Q{turn} {y2} {turn + back} {y2}H{x2}"/>'
    )


def _fork(x: int, outward: int, y: int) -> str:
    """Return the end of an edge at the child table: a fork, for zero or more rows."""
    tip = x + outward * _FORK
    return f'<path class="line" d="M{x} {y - 5}L{tip} {y}L{x} {y + 5}"/>'


def _bar(x: int, outward: int, y: int, *, is_optional: bool) -> str:
    """Return the end of an edge at the parent table: a bar, with a ring if optional."""
    at = x + outward * 5
    bar = f'<path class="line" d="M{at} {y - 5}V{y + 5}"/>'
    ring = f'<circle class="none" cx="{x + outward * 11}" cy="{y}" r="3.5"/>'
    return bar + ring if is_optional else bar
