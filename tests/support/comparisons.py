"""Comparison of every cell of the dbt package's relations between two engines."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Context, Decimal
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engines import Json, parse_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from engines import Engine

# Columns whose values belong to a run, with the reason. Two engines never have the same values,
# so only nulls are compared.
VALUES_OF_A_RUN = {
    ("ecommerce_contacts", "changed_at"): "time of the build that wrote the row",
    ("ecommerce_contacts", "deleted_at"): "time of the build that found the deletion",
    ("ecommerce_run_log", "compared_at"): "time of the build that read all interactions",
    ("ecommerce_run_log", "invocation_id"): "id of a dbt run",
    ("ecommerce_run_log", "position"): "number of a change",
    ("ecommerce_run_log", "read_at"): "time of the build that read the orders",
    ("int_ecommerce__missing_records", "changed_at"): "time of the build that wrote the row",
    ("int_ecommerce__rates_daily", "changed_at"): "time of the build that wrote the row",
}
# Their rows depend on when, and in which order, an engine built the models.
OF_A_RUN = {"ecommerce_changed_keys", "int_ecommerce__recent_loads"}
# Text columns with JSON, whose parsed values are compared.
JSON_TEXTS = {
    ("ecommerce_rejects", "payload"),
    ("int_ecommerce__orders_rejected", "payload"),
}
REPORTED_ROWS = 3
EXAMINED_ROWS = 10_000
_EXACT = Context(prec=200)

Row = tuple[Any, ...]


@dataclass
class Comparison:
    """What was compared, and the differences as sentences.

    Attributes:
        rows: Number of rows on the left by relation.
        cells: Number of compared cells on the left by relation.
        differences: One sentence per difference.
    """

    rows: dict[str, int] = field(default_factory=dict)
    cells: dict[str, int] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)

    def report(self) -> str:
        """Return the number of compared cells, then the differences, one per line."""
        total = f"{sum(self.cells.values()):,} cells in {len(self.cells)} relations compared"
        return "\n".join([total, *self.differences])


def compare(left: Engine, right: Engine) -> Comparison:
    """Compare all relations of two engines.

    Both engines need the same relations, with the same columns in the same order. Rows have no
    order. Numbers are equal by value, times by point in time, JSON by parsed value.
    """
    comparison = Comparison()
    left_relations, right_relations = left.relations(), right.relations()
    for engine, missing in (
        (right, left_relations - right_relations),
        (left, right_relations - left_relations),
    ):
        comparison.differences += [
            f"{'.'.join(relation)}: does not exist on {engine.name}."
            for relation in sorted(missing)
        ]
    for relation in sorted(left_relations & right_relations):
        if relation[1] in OF_A_RUN:
            continue
        _compare_relation(relation, left, right, comparison)
    return comparison


def _compare_relation(
    relation: tuple[str, str], left: Engine, right: Engine, comparison: Comparison
) -> None:
    name = ".".join(relation)
    readings = left.read(relation), right.read(relation)
    left_columns, right_columns = (list(next(reading)) for reading in readings)
    if left_columns != right_columns:
        comparison.differences.append(
            f"{name}: columns {', '.join(left_columns)} on {left.name},"
            f" {', '.join(right_columns)} on {right.name}."
        )
    shared = [column for column in left_columns if column in right_columns]
    # Digests instead of rows, so that a million rows need little memory.
    counts = Counter(map(_digest, _cells(readings[0], relation, left_columns, shared)))
    comparison.rows[name] = counts.total()
    comparison.cells[name] = counts.total() * len(shared)
    counts.subtract(map(_digest, _cells(readings[1], relation, right_columns, shared)))
    if any(counts.values()):
        surplus, lacking = +counts, -counts
        comparison.differences += [
            (
                f"{name}: {surplus.total()} of {comparison.rows[name]} rows only on"
                f" {left.name}, {lacking.total()} only on {right.name}."
            ),
            *_describe(
                shared,
                (left.name, _matching(_rows(left, relation, shared), surplus)),
                (right.name, _matching(_rows(right, relation, shared), lacking)),
            ),
        ]


def _rows(engine: Engine, relation: tuple[str, str], columns: list[str]) -> Iterator[Row]:
    reading = engine.read(relation)
    names = list(next(reading))
    return _cells(reading, relation, names, columns)


def _cells(
    reading: Iterator[Row], relation: tuple[str, str], names: list[str], columns: list[str]
) -> Iterator[Row]:
    """Yield the comparable values of some columns."""
    places = [(names.index(name), _comparison_of(relation[1], name)) for name in columns]
    for row in reading:
        yield tuple(make(row[place]) for place, make in places)


def _comparison_of(relation: str, column: str) -> Callable[[Any], Any]:
    if (relation, column) in VALUES_OF_A_RUN:
        return lambda value: None if value is None else "(set)"
    if (relation, column) in JSON_TEXTS:
        return _parsed
    return comparable


def _parsed(value: Any) -> Any:
    if isinstance(value, str):
        with suppress(json.JSONDecodeError):
            return comparable(parse_json(value))
    return comparable(value)


def comparable(value: Any) -> Any:  # noqa: PLR0911 - one line per type
    """Return a value whose `repr` is the same if and only if the cells are equal."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, (int, Decimal)):
        number = Decimal(value).normalize(_EXACT)
        return abs(number) if number.is_zero() else number
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc) if value.tzinfo else value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Json):
        return Json(comparable(value.value))
    if isinstance(value, (list, tuple)):
        return [comparable(each) for each in value]
    if isinstance(value, dict):
        return {key: comparable(value[key]) for key in sorted(value)}
    return value


def _digest(row: Row) -> bytes:
    return blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _matching(rows: Iterable[Row], digests: Counter[bytes]) -> list[Row]:
    """Return the first rows with some digests."""
    remaining = digests.copy()
    found: list[Row] = []
    for row in rows:
        digest = _digest(row)
        if remaining[digest] > 0:
            remaining[digest] -= 1
            found.append(row)
            if len(found) == EXAMINED_ROWS:
                break
    return found


def _describe(
    columns: list[str], left: tuple[str, list[Row]], right: tuple[str, list[Row]]
) -> Iterator[str]:
    """Describe the first rows that differ, each next to the most similar row."""
    (left_name, left_rows), (right_name, right_rows) = left, right
    for row in left_rows[:REPORTED_ROWS]:
        similar = min(right_rows, key=lambda other: len(_differing(row, other)), default=None)
        if similar is None or len(_differing(row, similar)) * 2 > len(columns):
            yield f"  only on {left_name}: {_short(columns, row)}"
            continue
        right_rows.remove(similar)
        places = _differing(row, similar)
        equal = [place for place in range(len(columns)) if place not in places][:5]
        yield f"  {_short([columns[p] for p in equal], [row[p] for p in equal])}"
        for place in places:
            yield (
                f"    {columns[place]}: {_text(row[place])} on {left_name},"
                f" {_text(similar[place])} on {right_name}"
            )
    if len(left_rows) <= REPORTED_ROWS:
        for row in right_rows[:REPORTED_ROWS]:
            yield f"  only on {right_name}: {_short(columns, row)}"


def _differing(row: Row, other: Row) -> list[int]:
    return [
        place
        for place, (one, two) in enumerate(zip(row, other, strict=True))
        if repr(one) != repr(two)
    ]


def _short(columns: Iterable[str], row: Iterable[Any]) -> str:
    cells = zip(columns, row, strict=True)
    return ", ".join(f"{name} {_text(value)}" for name, value in cells if value is not None)


def _text(value: Any) -> str:
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
