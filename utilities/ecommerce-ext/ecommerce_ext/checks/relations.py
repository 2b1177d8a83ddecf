"""Checks of relations that settings name: whether they and their columns are readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg.errors import InsufficientPrivilege

from ecommerce_ext.errors import Problem
from ecommerce_ext.settings import variable
from ecommerce_ext.warehouse.queries import value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from psycopg import Connection

    from ecommerce_ext.settings import Settings

_COLUMNS = """
    select attname, has_column_privilege(attrelid, attnum, 'select')
    from pg_attribute
    where attrelid = %s and attnum > 0 and not attisdropped
"""
_OWN_RELATIONS = {
    "custom_rates_relation": "currency base_currency rate valid_from valid_to",
    "statuses_relation": ("application status_raw financial_status counts_as is_open is_paid"),
    "report_rules_relation": (
        "application fees_in_net sale_day cancelled_as refund_without_lines"
    ),
}
"""Columns of the relations that replace data of the module, by setting."""
_OTHER_CASE = """
    select format('%%I.%%I', nspname, relname)
    from pg_class
    inner join pg_namespace on relnamespace = pg_namespace.oid
    where
        relkind in ('r', 'p', 'v', 'm', 'f')
        and array[lower(nspname), lower(relname)] = array(
            select lower(part)
            from unnest(parse_ident(%s)) with ordinality as parts (part, place)
            order by place
        )
    limit 1
"""


def named_columns(settings: Settings, *names: str) -> dict[str, str]:
    """Return the columns that settings name, with the environment variable of each setting."""
    return {
        getattr(settings, name): variable(name) for name in names if getattr(settings, name)
    }


def relation_problems(
    connection: Connection,
    settings: Settings,
    setting: str,
    wanted: Mapping[str, str],
) -> Iterator[Problem]:
    """Yield each problem that prevents reading columns of a user's relation.

    Args:
        connection: To the warehouse.
        settings: All settings.
        setting: The setting that names the relation. Its value can be empty.
        wanted: The columns, with the environment variable that names each; empty if the name
            is fixed.
    """
    relation, user = getattr(settings, setting), settings.warehouse_user
    if not relation or any(settings.problems(setting)):
        return
    unreadable = f'The user "{user}" has no permission to read {relation}.'
    try:
        oid = value(connection, "select to_regclass(%s)::oid", relation)
    except InsufficientPrivilege:
        schema = relation.partition(".")[0]
        yield Problem(
            unreadable,
            f'As its owner, type: grant usage on schema {schema} to "{user}";',
        )
        return
    if oid is None:
        yield _missing_relation(connection, relation, variable(setting))
        return
    columns = connection.execute(_COLUMNS, [oid]).fetchall()
    is_readable: dict[str, bool] = dict(columns)
    for column in wanted:
        if column not in is_readable:
            yield _missing_column(relation, column, wanted, is_readable)
    if not all(is_readable.get(column, True) for column in wanted):
        yield Problem(
            unreadable, f'As its owner, type: grant select on {relation} to "{user}";'
        )


def own_relation_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    """Yield each problem that prevents reading the user's own rates, statuses or rules."""
    for setting, columns in _OWN_RELATIONS.items():
        wanted = dict.fromkeys(columns.split(), "")
        yield from relation_problems(connection, settings, setting, wanted)


def _missing_relation(connection: Connection, relation: str, name: str) -> Problem:
    reason = f"There is no table or view {relation}"
    if other := value(connection, _OTHER_CASE, relation):
        return Problem(f"{reason}, but there is {other}.", f"Set {name}={other}.")
    return Problem(f"{reason}.", f"Correct {name}.")


def _missing_column(
    relation: str, column: str, wanted: Mapping[str, str], found: Mapping[str, bool]
) -> Problem:
    other = next((name for name in found if name.lower() == column.lower()), "")
    reason = f'{relation} has no column "{column}"' + (
        f', but it has "{other}".' if other else "."
    )
    name = wanted[column]
    if name and other:
        return Problem(reason, f"Set {name}={other}.")
    if name:
        return Problem(reason, f"Correct {name}.")
    fixed = list(wanted)
    listed = f"{', '.join(fixed[:-1])} and {fixed[-1]}" if len(fixed) == 2 else ", ".join(fixed)  # noqa: PLR2004
    return Problem(reason, f"It needs the columns {listed}.")
