"""What ``ecommerce check`` asks the warehouse: its version, our rights, its contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from ecommerce_ext.erasure_list import ErasureList
from ecommerce_ext.errors import Problem
from ecommerce_ext.settings import variable
from ecommerce_ext.warehouse import exists, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from ecommerce_ext.settings import Settings

_OLDEST_VERSION = 15
_REBUILD = "type: meltano invoke ecommerce:build --full-refresh"

_SCHEMAS = """
    select
        wanted.name,
        namespace.oid is not null,
        case
            when namespace.oid is null
                then has_database_privilege(current_database(), 'create')
            else has_schema_privilege(namespace.oid, 'usage')
                and has_schema_privilege(namespace.oid, 'create')
        end
    from unnest(%s::text[]) as wanted (name)
    left join pg_namespace as namespace on wanted.name = namespace.nspname
"""
_COLUMNS = """
    select attname, has_column_privilege(attrelid, attnum, 'select')
    from pg_attribute
    where attrelid = %s and attnum > 0 and not attisdropped
"""
_COLUMN_TYPE = """
    select format_type(atttypid, null)
    from pg_attribute
    where attrelid = to_regclass(%s) and attname = %s
"""
# The contacts were read through this view, which knows what it reads.
_READ_BY = """
    select distinct
        relation.oid,
        format('%%I.%%I', namespace.nspname, relation.relname),
        namespace.nspname
    from pg_rewrite as rule
    inner join pg_depend as dependency
        on dependency.classid = 'pg_rewrite'::regclass
        and dependency.objid = rule.oid
        and dependency.refclassid = 'pg_class'::regclass
        and dependency.refobjid <> rule.ev_class
    inner join pg_class as relation on dependency.refobjid = relation.oid
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    where rule.ev_class = to_regclass(%s)
"""


def warehouse_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    """Tell what stands in the way of loading and building there."""
    rights = list(rights_problems(connection, settings))
    yield from rights
    if not rights:
        yield from contents_problems(connection, settings)


def rights_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    """Tell what the server cannot do, and what its user may not."""
    version = connection.info.server_version // 10_000
    if version < _OLDEST_VERSION:
        yield Problem(
            f"The warehouse is Postgres {version}, which knows no merge.",
            f"Use Postgres {_OLDEST_VERSION} or newer.",
        )
        return
    yield from _schema_problems(connection, settings)
    yield from _reader_problems(connection, settings)
    yield from _contacts_problems(connection, settings)
    yield from _aliases_problems(connection, settings)
    yield from _interactions_problems(connection, settings)
    yield from _custom_rates_problems(connection, settings)


def contents_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    """Tell where the tables hold what these settings would not have made."""
    yield from _transaction_problems(connection, settings)
    yield from _shop_problems(connection, settings)
    if problem := ErasureList(connection, settings).problem():
        yield problem
    yield from _mirrored_contacts_problems(connection, settings)


def _schema_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    user = settings.warehouse_user
    schemas = [settings.raw_schema, settings.schema, settings.staging_schema]
    for name, is_there, is_allowed in connection.execute(_SCHEMAS, [schemas]):
        if is_allowed:
            continue
        if is_there:
            yield Problem(
                f'The user "{user}" may not use and create in the schema "{name}".',
                f'As its owner, type: grant usage, create on schema "{name}" to "{user}";',
            )
        else:
            database = settings.warehouse_database
            yield Problem(
                f'There is no schema "{name}" and the user "{user}" may not create it.',
                "As the database's owner, type:"
                f' grant create on database "{database}" to "{user}";',
            )


def _reader_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    role = settings.reader_role
    if role and not value(connection, "select true from pg_roles where rolname = %s", role):
        yield Problem(
            f'The warehouse has no role "{role}" to read the tables.',
            "Create it, or correct ECOMMERCE_READER_ROLE.",
        )


def _contacts_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    if not settings.contacts_relation and settings.contacts_id_type in {"int", "uuid"}:
        yield Problem(
            f"ECOMMERCE_CONTACTS_ID_TYPE is {settings.contacts_id_type}, and"
            " ECOMMERCE_CONTACTS_RELATION is empty: the shops' own customers have no such ids.",
            "Set ECOMMERCE_CONTACTS_ID_TYPE=bigint, or name your contacts in"
            " ECOMMERCE_CONTACTS_RELATION.",
        )
    if not settings.contacts_key_column and settings.contacts_key_type == "int":
        yield Problem(
            "ECOMMERCE_CONTACTS_KEY_TYPE is int, and"
            " ECOMMERCE_CONTACTS_KEY_COLUMN is empty: the shops' own customer ids are text.",
            "Set ECOMMERCE_CONTACTS_KEY_TYPE=text, or name the key's column in"
            " ECOMMERCE_CONTACTS_KEY_COLUMN.",
        )
    names = ("contacts_id_column", "contacts_email_column", "contacts_key_column")
    wanted = _named_columns(settings, *names)
    yield from _relation_problems(connection, settings, "contacts_relation", wanted)


def _aliases_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    if settings.contact_aliases_relation and not settings.contacts_relation:
        yield Problem(
            "ECOMMERCE_CONTACT_ALIASES_RELATION is set, and ECOMMERCE_CONTACTS_RELATION is not:"
            " the shops' own customers have no aliases.",
            "Name the contacts that were merged in ECOMMERCE_CONTACTS_RELATION.",
        )
    wanted = dict.fromkeys(("alias_id", "id_contact"), "Give it alias_id and id_contact.")
    yield from _relation_problems(connection, settings, "contact_aliases_relation", wanted)


def _interactions_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    kinds = ("contact", "type", "channel", "time", "send", "batch", "campaign")
    wanted = _named_columns(settings, *(f"interactions_{kind}_column" for kind in kinds))
    yield from _relation_problems(connection, settings, "interactions_relation", wanted)


def _named_columns(settings: Settings, *names: str) -> dict[str, str]:
    """Return the columns that settings name, and what to do about each if it is missing."""
    return {
        getattr(settings, name): f"Correct {variable(name)}."
        for name in names
        if getattr(settings, name)
    }


def _custom_rates_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    names = ("currency", "base_currency", "rate", "valid_from", "valid_to")
    wanted = dict.fromkeys(names, f"Give it {', '.join(names)}.")
    yield from _relation_problems(connection, settings, "custom_rates_relation", wanted)


def _relation_problems(
    connection: Connection, settings: Settings, setting: str, wanted: dict[str, str]
) -> Iterator[Problem]:
    """Tell what hinders reading the wanted columns of a relation of the user's.

    Args:
        connection: To the warehouse.
        settings: All settings.
        setting: The one that names the relation; empty for none.
        wanted: What to do about each column if it is missing.
    """
    relation, user = getattr(settings, setting), settings.warehouse_user
    if not relation or any(settings.problems(setting)):
        return
    may_not_read = f'The user "{user}" may not read {relation}.'
    try:
        oid = value(connection, "select to_regclass(%s)::oid", relation)
    except InsufficientPrivilege:
        schema = relation.partition(".")[0]
        yield Problem(
            may_not_read,
            f'As its owner, type: grant usage on schema {schema} to "{user}";',
        )
        return
    if oid is None:
        yield Problem(f"There is no table or view {relation}.", f"Correct {variable(setting)}.")
        return
    columns = connection.execute(_COLUMNS, [oid]).fetchall()
    is_readable: dict[str, bool] = dict(columns)
    for column, instruction in wanted.items():
        if column not in is_readable:
            yield Problem(f'{relation} has no column "{column}".', instruction)
    if not all(is_readable.get(column, True) for column in wanted):
        yield Problem(
            may_not_read, f'As its owner, type: grant select on {relation} to "{user}";'
        )


def _transaction_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    table = sql.Identifier(settings.schema, "ECommerce_Transaction")
    if not exists(connection, table):
        return
    currency = value(
        connection,
        sql.SQL('select "Currency" from {} where "Currency" is not null limit 1').format(table),
    )
    if currency not in {None, settings.currency.upper()}:
        yield Problem(
            f"The tables hold amounts in {currency}, and ECOMMERCE_CURRENCY is"
            f" {settings.currency}.",
            f"Set ECOMMERCE_CURRENCY={currency}; or, to convert everything anew, {_REBUILD}",
        )
    is_qualified = value(
        connection,
        sql.SQL(
            """
            select bool_and(starts_with("idTransaction", "idShop" || ':'))
            from (select "idTransaction", "idShop" from {} limit 100) as orders
            """
        ).format(table),
    )
    if is_qualified not in {None, settings.id_format == "qualified"}:
        found = "qualified" if is_qualified else "plain"
        yield Problem(
            f"The tables hold {found} ids, and ECOMMERCE_ID_FORMAT is {settings.id_format}.",
            f"Set ECOMMERCE_ID_FORMAT={found}; or, to give every row its other id, {_REBUILD}",
        )


def _mirrored_contacts_problems(
    connection: Connection, settings: Settings
) -> Iterator[Problem]:
    mirror = sql.Identifier(settings.schema, "ecommerce_contacts")
    if not exists(connection, mirror):
        return
    start_anew = (
        f"or, to match every order anew, drop {mirror.as_string()} with cascade and {_REBUILD}"
    )
    found_type = value(connection, _COLUMN_TYPE, mirror.as_string(), "id_contact")
    found_type = "int" if found_type == "integer" else found_type
    if found_type != settings.contacts_id_type:
        yield Problem(
            f"The tables hold contact ids of type {found_type}, and"
            f" ECOMMERCE_CONTACTS_ID_TYPE is {settings.contacts_id_type}.",
            f"Set ECOMMERCE_CONTACTS_ID_TYPE={found_type}; {start_anew}",
        )
    if not value(connection, sql.SQL("select exists (select from {})").format(mirror)):
        return
    view = sql.Identifier(settings.staging_schema, "int_ecommerce__contacts_current")
    reads = connection.execute(_READ_BY, [view.as_string()]).fetchall()
    theirs = {oid: name for oid, name, schema in reads if schema != settings.staging_schema}
    now = settings.contacts_relation
    if now:
        oid = value(connection, "select to_regclass(%s)::oid", now)
        is_other = bool(reads) and oid not in theirs
    else:
        is_other = bool(theirs)
    if is_other:
        before = ", ".join(theirs.values())
        yield Problem(
            f"The tables hold contacts of {before or 'the shops themselves'}, and"
            f" ECOMMERCE_CONTACTS_RELATION is {now or 'empty'}.",
            f"Set ECOMMERCE_CONTACTS_RELATION={before}; {start_anew}",
        )


def _shop_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    table = sql.Identifier(settings.raw_schema, "shops")
    if settings.id_format != "plain" or not exists(connection, table):
        return
    shops = connection.execute(
        sql.SQL("select shop_id from {} order by shop_id limit 2").format(table)
    ).fetchall()
    if len(shops) > 1:
        yield Problem(
            f"There are orders of the shops {shops[0][0]} and {shops[1][0]}, whose"
            " plain ids can meet.",
            f"Set ECOMMERCE_ID_FORMAT=qualified, then {_REBUILD}",
        )
