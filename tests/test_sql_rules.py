"""The rules for compiled SQL find the expressions that break them."""

from __future__ import annotations

import pytest
from sql_rules import RULES, Checker

COLUMNS = {
    "db": {
        "shop": {
            "orders": {
                "amount": "numeric(20, 4)",
                "rate": "numeric(28, 12)",
                "number": "bigint",
                "name": "text",
                "at": "timestamptz",
                "day": "date",
                "is_paid": "boolean",
                "originalTax": "numeric(20, 4)",
            }
        }
    }
}
BROKEN = {
    "bare_decimals": ["cast(number as numeric)", "cast(name as decimal)"],
    "rounding_by_column": ["round(amount, number)"],
    "untyped_branches": [
        "case when is_paid then 0 else amount end",
        "case when is_paid then amount when number = 1 then -1 end",
        "case when is_paid then 1.5 else amount - rate end",
        "sum(case when is_paid then amount else 0 end)",
        "case when is_paid then cast(null as numeric(20, 4)) else 0 end",
        "case when is_paid then amount else case when number = 1 then amount else 0 end end",
        "amount from orders union all select 1",
    ],
    "untyped_defaults": [
        "coalesce(amount, 0)",
        "coalesce(sum(amount), 0)",
        "greatest(amount, 0)",
        'coalesce(tax, 0) from (select "originalTax" as tax from orders) as renamed',
    ],
    "float_numbers": ["number / 2", "avg(amount)", "amount > 1e16", "cast(name as double)"],
    "uncast_products": ["amount * rate", "(amount + 1) * sum(rate) over ()"],
    "integer_casts": ["cast(amount as bigint)"],
    "session_zone": [
        "cast(at as date)",
        "cast(current_timestamp as date)",
        "cast(day as timestamptz)",
        "cast(at as text)",
    ],
    "text_order": [
        "min(name)",
        "row_number() over (order by name)",
        "name < 'b'",
        "number from orders order by lower(name)",
    ],
    "lateral_aggregates": [
        "a from orders cross join lateral (select max(b.rate) as a from shop.orders as b) as c"
    ],
}
SOUND = (
    "cast(number as numeric(20, 4))",
    "round(amount, 2)",
    "case when is_paid then cast(0 as numeric(20, 4)) else amount end",
    "case when is_paid then 0 else number end",
    "case when is_paid then amount end",
    "case when is_paid then null else amount end",
    "sum(case when is_paid then 1 else 0 end)",
    "case when amount > 0 then 1 else 0 end",
    "amount from orders union all select cast(1 as numeric(20, 4))",
    "coalesce(amount, cast(0 as numeric(20, 4)))",
    "coalesce(number, 0)",
    "cast(amount * rate as numeric(38, 10))",
    "2 * amount",
    "cast(round(amount) as bigint)",
    "cast(name as bigint)",
    "number // 2",
    "min(number)",
    "name = 'b'",
    "row_number() over (order by number)",
    "cast(null as timestamptz)",
    "cast(current_timestamp as timestamptz)",
    "number, a from orders cross join (select max(amount) as a from orders) as b",
)


def _broken(rule: str) -> list[str]:
    return [dialect for dialect, rules in RULES.items() if rule in {r.__name__ for r in rules}]


@pytest.fixture(scope="module")
def checkers() -> dict[str, Checker]:
    return {dialect: Checker(dialect, COLUMNS) for dialect in RULES}


@pytest.mark.parametrize(
    ("rule", "dialect", "expression"),
    [
        (rule, dialect, expression)
        for rule, expressions in BROKEN.items()
        for dialect in _broken(rule)
        for expression in expressions
    ],
)
def test_rule_finds(
    rule: str, dialect: str, expression: str, checkers: dict[str, Checker]
) -> None:
    assert {found for found, _ in checkers[dialect].findings(_query(expression))} == {rule}


@pytest.mark.parametrize("expression", SOUND)
def test_portable_sql_breaks_no_rule(expression: str, checkers: dict[str, Checker]) -> None:
    assert checkers["duckdb"].findings(_query(expression)) == set()
    if "//" not in expression:
        assert checkers["postgres"].findings(_query(expression)) == set()


def test_text_in_a_stated_collation_breaks_no_rule(checkers: dict[str, Checker]) -> None:
    query = _query('min(name collate "C"), row_number() over (order by name collate "C")')
    assert checkers["postgres"].findings(query) == set()


def test_types_are_followed_through_queries(checkers: dict[str, Checker]) -> None:
    query = """
        with summed as (select number, sum(amount) as total from shop.orders group by number),
        joined as (select a.*, b.number as other from summed as a join summed as b on true)
        select coalesce(total - 1, 0), coalesce(other, 0) from joined
    """
    assert {found for _, found in checkers["duckdb"].findings(query)} == {
        "COALESCE(joined.total - 1, 0)"
    }


def test_types_of_columns_are_known(checkers: dict[str, Checker]) -> None:
    for checker in checkers.values():
        query = 'select "originalTax", a from (select amount + 1 as a, * from shop.orders) as b'
        assert checker.known_types(query)
        assert all(checker.known_types(query))
        assert False in checker.known_types("select a from shop.others")


def test_each_rule_has_an_example() -> None:
    assert set(BROKEN) == {rule.__name__ for rules in RULES.values() for rule in rules}


def _query(expression: str) -> str:
    if "from orders" not in expression:
        expression += " from orders"
    return f"select {expression.replace('from orders', 'from shop.orders as orders')}"
