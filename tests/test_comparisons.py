"""The comparison of two engines finds every difference between cells, and only differences."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from comparisons import Comparison, compare
from engines import Json, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = ("ecommerce", "orders")
MOMENT = datetime(2026, 3, 8, 12, tzinfo=timezone.utc)
TOKYO = timezone(timedelta(hours=9))


@dataclass
class Memory:
    """An engine whose relations are lists: the names of the columns, then the rows."""

    name: str
    content: dict[tuple[str, str], list[tuple[Any, ...]]] = field(default_factory=dict)

    def relations(self) -> set[tuple[str, str]]:
        return set(self.content)

    def read(self, relation: tuple[str, str]) -> Iterator[tuple[Any, ...]]:
        return iter(self.content[relation])


def _compare(
    left: list[tuple[Any, ...]], right: list[tuple[Any, ...]], relation: str = "orders"
) -> Comparison:
    table = ("ecommerce", relation)
    return compare(Memory("Left", {table: left}), Memory("Right", {table: right}))


def _compare_cells(left: Any, right: Any) -> list[str]:
    columns = ("id", "cell", "other")
    return _compare([columns, (1, left, "x")], [columns, (1, right, "x")]).differences


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Decimal("1.10"), Decimal("1.1")),
        (Decimal(100), 100),
        (Decimal("0.00"), Decimal("-0")),
        (
            Decimal("12345678901234567890123456789012345.60"),
            Decimal("1234567890123456789012345678901234560E-2"),
        ),
        (MOMENT, MOMENT.astimezone(TOKYO)),
        (UUID("9018a9a3-0af2-46b0-905e-158aed252bce"), "9018a9a3-0af2-46b0-905e-158aed252bce"),
        (["a", None], ("a", None)),
        (parse_json('{"a": 1.10, "b": [true]}'), parse_json('{"b":[true],"a":1.1}')),
        (None, None),
    ],
)
def test_cells_with_equal_values_do_not_differ(left: Any, right: Any) -> None:
    assert _compare_cells(left, right) == []


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (None, ""),
        (None, 0),
        (0, False),
        (1, True),
        ("1", 1),
        (-1, -2),
        ("a", "a "),
        ("é", "e\u0301"),
        (Decimal("1.10"), Decimal("1.11")),
        (Decimal("1.1"), 1.1),
        (
            Decimal("12345678901234567890123456789012345.6"),
            Decimal("12345678901234567890123456789012345.7"),
        ),
        (MOMENT, MOMENT + timedelta(microseconds=1)),
        (MOMENT, MOMENT.replace(tzinfo=None)),
        (MOMENT.date(), MOMENT),
        (date(2026, 3, 8), "2026-03-08"),
        (["a", "b"], ["b", "a"]),
        ([], None),
        (Json(None), None),
        (Json("a"), "a"),
        (parse_json('{"a": 1}'), parse_json('{"a": true}')),
        (parse_json('{"a": null}'), parse_json("{}")),
    ],
)
def test_cells_with_different_values_are_reported(left: Any, right: Any) -> None:
    first, row, cells = _compare_cells(left, right)
    assert first == "ecommerce.orders: 1 of 1 rows only on Left, 1 only on Right."
    assert row == "  id 1, other 'x'"
    assert cells.startswith("    cell: ")


def test_changed_cell_is_reported_with_its_row_and_column() -> None:
    columns = ("id", "status", "revenue")
    comparison = _compare(
        [columns, ("a", "paid", Decimal("149.56")), ("b", "paid", Decimal(7))],
        [columns, ("b", "paid", Decimal(7)), ("a", "paid", Decimal("149.00"))],
    )
    assert comparison.report().splitlines() == [
        "6 cells in 1 relations compared",
        "ecommerce.orders: 1 of 2 rows only on Left, 1 only on Right.",
        "  id 'a', status 'paid'",
        "    revenue: 149.56 on Left, 149 on Right",
    ]
    assert comparison.rows == {"ecommerce.orders": 2}
    assert comparison.cells == {"ecommerce.orders": 6}


def test_rows_have_no_order() -> None:
    rows = [("a", 1), ("b", 2), ("c", None)]
    assert _compare([("id", "n"), *rows], [("id", "n"), *reversed(rows)]).differences == []


@pytest.mark.parametrize("rows", [[("a", 1)], [("a", 1), ("a", 1), ("a", 1)], []])
def test_missing_and_repeated_rows_are_reported(rows: list[tuple[Any, ...]]) -> None:
    two = [("id", "n"), ("a", 1), ("a", 1)]
    assert len(_compare(two, [("id", "n"), *rows]).differences) == 1 + abs(2 - len(rows))
    assert len(_compare([("id", "n"), *rows], two).differences) == 1 + abs(2 - len(rows))


def test_row_on_one_side_only_is_reported_whole() -> None:
    left = [("id", "status", "n"), ("a", "paid", 1), ("b", "open", 2)]
    assert _compare(left, left[:2]).differences == [
        "ecommerce.orders: 1 of 2 rows only on Left, 0 only on Right.",
        "  only on Left: id 'b', status 'open', n 2",
    ]
    assert _compare(left[:2], left).differences[1:] == [
        "  only on Right: id 'b', status 'open', n 2",
    ]


def test_missing_column_is_reported_and_the_others_are_compared() -> None:
    columns, rest, *cells = _compare(
        [("id", "gone", "n"), ("a", 1, 2)], [("id", "n"), ("a", 3)]
    ).differences
    assert columns == "ecommerce.orders: columns id, gone, n on Left, id, n on Right."
    assert rest == "ecommerce.orders: 1 of 1 rows only on Left, 1 only on Right."
    assert cells == ["  id 'a'", "    n: 2 on Left, 3 on Right"]


def test_other_order_of_columns_is_reported_once() -> None:
    assert _compare([("id", "n"), ("a", 1)], [("n", "id"), (1, "a")]).differences == [
        "ecommerce.orders: columns id, n on Left, n, id on Right."
    ]


def test_other_case_of_a_column_is_reported() -> None:
    assert _compare([("idItem",), (1,)], [("iditem",), (1,)]).differences[0] == (
        "ecommerce.orders: columns idItem on Left, iditem on Right."
    )


def test_missing_relations_are_reported() -> None:
    columns = [("id",)]
    left = Memory("Left", {TABLE: columns, ("ecommerce", "items"): columns})
    right = Memory("Right", {TABLE: columns, ("ecommerce_staging", "items"): columns})
    assert compare(left, right).differences == [
        "ecommerce.items: does not exist on Right.",
        "ecommerce_staging.items: does not exist on Left.",
    ]


def test_times_of_a_run_differ_only_if_one_is_null() -> None:
    columns = ("id_contact", "email_key", "deleted_at", "changed_at")
    left = [columns, (1, "a", MOMENT, MOMENT), (2, "b", None, MOMENT)]
    later = MOMENT + timedelta(hours=1)
    right = [columns, (1, "a", later, later), (2, "b", None, later)]
    assert _compare(left, right, "ecommerce_contacts").differences == []
    right[2] = (2, "b", later, later)
    assert _compare(left, right, "ecommerce_contacts").differences[1:] == [
        "  id_contact 2, email_key 'b', changed_at '(set)'",
        "    deleted_at: None on Left, '(set)' on Right",
    ]
    # In another relation, the same columns are compared by value.
    assert len(_compare(left, right).differences) > 1


def test_payload_texts_are_compared_as_json() -> None:
    columns = ("reject_id", "payload")
    for texts, differ in (
        (('{"a": 1.50, "b": null}', '{"b":null,"a":1.5}'), False),
        (('{"a": 1.50}', '{"a":"1.50"}'), True),
        (('{"a": null}', "{}"), True),
        (("not JSON", "not JSON"), False),
        (("not JSON", "not JSON "), True),
        ((None, ""), True),
    ):
        left, right = ([columns, ("r", text)] for text in texts)
        assert bool(_compare(left, right, "ecommerce_rejects").differences) == differ, texts
        assert bool(_compare(left, right).differences) == (texts[0] != texts[1]), texts
