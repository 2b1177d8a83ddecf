"""Users' views that read the module's relations, and the builds that drop them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.rows import dict_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

    from ecommerce_ext.settings import Settings

KEPT = (
    "ECommerce_Item",
    "ECommerce_Product",
    "ECommerce_ProductCategory",
    "ECommerce_Transaction",
    "ecommerce_campaign_performance",
    "ecommerce_campaign_sales_daily",
    "ecommerce_category_stats",
    "ecommerce_changed_keys",
    "ecommerce_cohorts",
    "ecommerce_contact_summary",
    "ecommerce_contacts",
    "ecommerce_data_quality",
    "ecommerce_erasures",
    "ecommerce_item_references",
    "ecommerce_product_categories",
    "ecommerce_product_sales_daily",
    "ecommerce_product_stats",
    "ecommerce_refunds",
    "ecommerce_rejects",
    "ecommerce_run_log",
    "ecommerce_sales_daily",
    "ecommerce_sales_ledger",
    "ecommerce_transactions_enriched",
    "int_ecommerce__campaign_labels",
    "int_ecommerce__campaign_mentions",
    "int_ecommerce__campaign_names",
    "int_ecommerce__campaign_orders_daily",
    "int_ecommerce__campaign_sends",
    "int_ecommerce__category_members",
    "int_ecommerce__category_orders_daily",
    "int_ecommerce__cohort_activity",
    "int_ecommerce__interactions",
    "int_ecommerce__order_checks",
    "int_ecommerce__product_sales",
    "int_ecommerce__products_inferred",
    "int_ecommerce__recent_loads",
    "int_ecommerce__transactions_attributed",
    "int_ecommerce__unmatched_sales_daily",
)
"""Tables that no build replaces."""

REBUILT = ("int_ecommerce__missing_records", "int_ecommerce__rates_daily")
"""Tables that only a full refresh replaces. Every build replaces the other models."""

_BUILD = "every build"
_FULL_REFRESH = "build --full-refresh"
# Builds keep the views of the reader role, which a comment marks.
_QUERY = r"""
    with recursive ours as (
        select
            relation.oid,
            relation.relname,
            case
                when relation.relname = any(%(kept)s) then null
                when relation.relname = any(%(rebuilt)s) then %(full)s
                when relation.relname ~ '^(stg|int)_' then %(build)s
                when namespace.nspname = %(schema)s then %(build)s
                else %(full)s
            end as dropped_by
        from pg_class as relation
        inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
        where
            namespace.nspname = %(schema)s
            and relation.relkind = 'r'
            and relation.relname ~* '^ecommerce_'
            or namespace.nspname = %(staging)s
            and relation.relkind in ('r', 'v')
            and relation.relname ~ '^((stg|int)_)?ecommerce_'
    ),
    read as (
        select distinct
            dependency.refobjid as base,
            rule.ev_class as reader
        from pg_depend as dependency
        inner join pg_rewrite as rule on dependency.objid = rule.oid
        where
            dependency.classid = 'pg_rewrite'::regclass
            and dependency.refclassid = 'pg_class'::regclass
            and rule.ev_class not in (select oid from ours)
            and coalesce(obj_description(rule.ev_class, 'pg_class'), '')
            not like 'Made by shopapp\_ecommerce%%'
    ),
    theirs as (
        select
            read.reader,
            ours.relname as reads,
            ours.dropped_by
        from ours
        inner join read on ours.oid = read.base
        union
        select
            read.reader,
            theirs.reads,
            theirs.dropped_by
        from theirs
        inner join read on theirs.reader = read.base
    )
    select
        format('%%I.%%I', namespace.nspname, relation.relname) as view,
        theirs.reads,
        theirs.dropped_by
    from theirs
    inner join pg_class as relation on theirs.reader = relation.oid
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    where theirs.dropped_by is not null
    order by 1, 2
"""


def user_views(connection: Connection, settings: Settings) -> list[dict[str, Any]]:
    """Return each user's view that a build drops, the relations it reads, and the build."""
    return (
        connection.cursor(row_factory=dict_row)
        .execute(
            _QUERY,
            {
                "schema": settings.schema,
                "staging": settings.staging_schema,
                "kept": list(KEPT),
                "rebuilt": list(REBUILT),
                "build": _BUILD,
                "full": _FULL_REFRESH,
            },
        )
        .fetchall()
    )


def dropped_views_warning(
    connection: Connection, settings: Settings, arguments: Sequence[str]
) -> str:
    """Return a warning that names the views that this build drops; empty if it drops none."""
    by = {_BUILD, _FULL_REFRESH} if {"--full-refresh", "-f"} & {*arguments} else {_BUILD}
    views: dict[str, list[str]] = {}
    for row in user_views(connection, settings):
        if row["dropped_by"] in by:
            views.setdefault(row["view"], []).append(row["reads"])
    if not views:
        return ""
    named = "; ".join(f"{view} on {', '.join(reads)}" for view, reads in views.items())
    return (
        f"This build replaces relations and drops the views that read them: {named}."
        " To keep a view, make it a dbt model: see docs/add-to-your-project.md."
    )
