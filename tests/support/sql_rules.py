"""Rules for SQL that dbt has rendered, checked on its syntax tree.

A rule is a function of a query whose expressions have types. It yields the expressions that
break it. sqlglot infers the types from the columns of the warehouse. An expression whose type
sqlglot does not know breaks no rule about types.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    Rule = Callable[[exp.Expr], Iterator[exp.Expr]]

_DECIMALS = {exp.DType.DECIMAL, exp.DType.BIGDECIMAL}
_INTEGERS = {exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT}
_FLOATS = {exp.DType.FLOAT, exp.DType.DOUBLE}
_POINTS_IN_TIME = {exp.DType.TIMESTAMPTZ, exp.DType.TIMESTAMPLTZ}
_LOCAL_TIMES = {exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ, exp.DType.DATETIME, exp.DType.DATE}
_WHOLE = (exp.Round, exp.Floor, exp.Ceil, exp.IntDiv)
_FLOAT_FUNCTIONS = (exp.Avg, exp.Pow, exp.Sqrt, exp.Exp, exp.Ln, exp.Log, exp.Median)


def bare_decimals(tree: exp.Expr) -> Iterator[exp.Expr]:
    """Decimal types without precision: three decimals on DuckDB, none on Spark.

    sqlglot replaces the type by DuckDB's default.
    """
    for found in tree.find_all(exp.DataType):
        if found.sql() in ("DECIMAL", "DECIMAL(18, 3)"):
            yield found.parent or found


def rounding_by_column(tree: exp.Expr) -> Iterator[exp.Expr]:
    """Roundings whose number of decimals is no literal: DuckDB and Spark refuse them."""
    for found in tree.find_all(exp.Round):
        decimals = found.args.get("decimals")
        if decimals is not None and not _is_number(decimals):
            yield found


def untyped_branches(tree: exp.Expr) -> Iterator[exp.Expr]:
    """Untyped numbers next to decimals, in a `case` or a union.

    A Spark engine took the type of the number and cut the decimals off.
    """
    for found in tree.find_all(exp.Case, exp.If):
        is_branch = isinstance(found, exp.If) and isinstance(found.parent, exp.Case)
        if not is_branch and _mixes_types(_branches(found)):
            yield found
    for union in tree.find_all(exp.SetOperation):
        sides = union.left.selects, union.right.selects
        for branches in zip(*sides, strict=True):
            if _mixes_types(branch.unalias() for branch in branches):
                yield from branches


def untyped_defaults(tree: exp.Expr) -> Iterator[exp.Expr]:
    """Untyped numbers next to decimals, in `coalesce`, `greatest` and `least`."""
    for found in tree.find_all(exp.Coalesce, exp.Greatest, exp.Least):
        if _mixes_types([found.this, *found.expressions]):
            yield found


def float_numbers(tree: exp.Expr) -> Iterator[exp.Expr]:
    """Floating-point numbers, which are not exact. `/` divides decimals as such on DuckDB."""
    yield from tree.find_all(exp.Div, *_FLOAT_FUNCTIONS)
    for literal in tree.find_all(exp.Literal):
        if not literal.is_string and "e" in literal.name.lower():
            yield literal
    for cast in tree.find_all(exp.Cast):
        if cast.to.this in _FLOATS:
            yield cast


def uncast_products(tree: exp.Expr) -> Iterator[exp.Expr]:
    """Products of two decimals without a cast: their digits differ between engines."""
    for product in tree.find_all(exp.Mul):
        factors = [factor.unnest() for factor in (product.this, product.expression)]
        if not isinstance(product.parent, exp.Cast) and all(
            _is_typed(factor, _DECIMALS) and not _is_number(factor) for factor in factors
        ):
            yield product


def integer_casts(tree: exp.Expr) -> Iterator[exp.Expr]:
    """Casts of decimals that were not rounded: Postgres and DuckDB round, Spark truncates.

    Integers of 128 bits are left out, because only primitives compute with them.
    """
    for cast in tree.find_all(exp.Cast):
        is_decimal = _is_typed(cast.this, _DECIMALS | _FLOATS)
        if cast.to.this in _INTEGERS and is_decimal and not cast.this.find(*_WHOLE):
            yield cast


def lateral_aggregates(tree: exp.Expr) -> Iterator[exp.Expr]:
    """Aggregates in a correlated lateral join: Spark has no such join."""
    for found in tree.find_all(exp.Lateral):
        if found.this.find(exp.AggFunc):
            yield found


def text_order(tree: exp.Expr) -> Iterator[exp.Expr]:
    """Texts in the order of the database's collation, which can differ between warehouses."""
    compared = [
        *(found.this for found in tree.find_all(exp.Ordered, exp.Min, exp.Max)),
        *(
            side
            for found in tree.find_all(exp.GT, exp.LT, exp.GTE, exp.LTE)
            for side in (found.this, found.expression)
        ),
    ]
    for found in compared:
        if _is_typed(found, exp.DataType.TEXT_TYPES) and not found.find(exp.Collate):
            yield found.parent or found


def session_zone(tree: exp.Expr) -> Iterator[exp.Expr]:
    """Casts between points in time and dates or local times: the session's zone decides."""
    for cast in tree.find_all(exp.Cast):
        if cast.to.this in _POINTS_IN_TIME:
            found = _is_typed(cast.this, _LOCAL_TIMES)
        else:
            found = _is_typed(cast.this, _POINTS_IN_TIME)
        if found:
            yield cast


def _branches(found: exp.Expr) -> list[exp.Expr]:
    """Return the branches of a `case` or `if`."""
    if isinstance(found, exp.Case):
        branches = [branch.args["true"] for branch in found.args["ifs"]]
        default = found.args.get("default")
    else:
        branches = [found.args["true"]]
        default = found.args.get("false")
    return [*branches, default] if default else branches


def _mixes_types(branches: Iterable[exp.Expr]) -> bool:
    branches = [branch.unnest() for branch in branches]
    return any(map(_is_number, branches)) and any(
        _is_typed(branch, _DECIMALS | _FLOATS) and not _is_number(branch) for branch in branches
    )


def _is_number(found: exp.Expr) -> bool:
    if isinstance(found, exp.Neg):
        return _is_number(found.this)
    return isinstance(found, exp.Literal) and not found.is_string


def _is_typed(found: exp.Expr, types: Collection[exp.DType]) -> bool:
    return found.type is not None and found.type.this in types


_EVERYWHERE: tuple[Rule, ...] = (rounding_by_column, integer_casts, session_zone)
RULES: dict[str, tuple[Rule, ...]] = {
    # DuckDB orders texts by code points.
    "postgres": (*_EVERYWHERE, text_order),
    # Postgres computes exactly with any decimals, and looks keys up with lateral joins.
    "duckdb": (
        *_EVERYWHERE,
        bare_decimals,
        untyped_branches,
        untyped_defaults,
        float_numbers,
        uncast_products,
        lateral_aggregates,
    ),
}
"""Rules by sqlglot's name of the dialect."""


@dataclass
class Checker:
    """Checks SQL of one engine.

    Attributes:
        dialect: Name of the engine in sqlglot.
        columns: Types of columns: database → schema → relation → column.
    """

    dialect: str
    columns: dict[str, Any]

    def __post_init__(self) -> None:
        self._parsed: dict[str, list[exp.Expr]] = {}
        # DuckDB ignores the case of names, also of names in quotes.
        self._schema = MappingSchema(
            self.columns, dialect=self.dialect, normalize=self.dialect == "duckdb"
        )

    def findings(self, sql: str) -> set[tuple[str, str]]:
        """Return (rule, expression) for every expression that breaks a rule."""
        return {
            (rule.__name__, found.sql(dialect=self.dialect, comments=False))
            for tree in self._trees(sql)
            for rule in RULES[self.dialect]
            for found in rule(tree)
        }

    def known_types(self, sql: str) -> list[bool]:
        """Return for each mention of a column whether its type is known."""
        return [
            not _is_typed(column, [exp.DType.UNKNOWN])
            for tree in self._trees(sql)
            for column in tree.find_all(exp.Column)
        ]

    def _trees(self, sql: str) -> list[exp.Expr]:
        if sql not in self._parsed:
            statements = sqlglot.parse(sql, read=self.dialect)
            self._parsed[sql] = [
                self._typed(statement) for statement in statements if statement
            ]
        return self._parsed[sql]

    def _typed(self, statement: exp.Expr) -> exp.Expr:
        try:
            qualified = qualify(
                statement.copy(),
                schema=self._schema,
                dialect=self.dialect,
                allow_partial_qualification=True,
                validate_qualify_columns=False,
                quote_identifiers=False,
            )
        except OptimizeError:
            # Temporary tables have no schema, so only rules that need no types find something.
            qualified = statement
        # sqlglot takes the current time as a local time.
        types = {**sqlglot.Dialect.get_or_raise(self.dialect).EXPRESSION_METADATA}
        types[exp.CurrentTimestamp] = {"returns": exp.DType.TIMESTAMPTZ}
        return annotate_types(qualified, self._schema, types, dialect=self.dialect)
