"""``ecommerce check``: missing permissions, relations and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warehouses import Warehouse


def test_check_without_create_permission_prints_the_grants(warehouse: Warehouse) -> None:
    with warehouse.user("loader_a", "create schema ecommerce_raw") as limited:
        answer = limited.ecommerce("check")

    database = warehouse.server.database
    grant = (
        f'As the database\'s owner, type: grant create on database "{database}" to "loader_a";'
    )
    assert answer.problems == [
        (
            'The user "loader_a" has no permission to use the schema "ecommerce_raw" and to'
            " create in it. As its owner, type:"
            ' grant usage, create on schema "ecommerce_raw" to "loader_a";'
        ),
        (
            'There is no schema "ecommerce", and the user "loader_a" has no permission to'
            f" create it. {grant}"
        ),
        (
            'There is no schema "ecommerce_staging", and the user "loader_a" has no permission'
            f" to create it. {grant}"
        ),
    ]


def test_check_with_grants_on_existing_schemas_passes(warehouse: Warehouse) -> None:
    names = ("ecommerce_raw", "ecommerce", "ecommerce_staging")
    grants = [
        f"create schema {name}; grant usage, create on schema {name} to loader_b"
        for name in names
    ]
    with warehouse.user("loader_b", *grants) as limited:
        assert limited.ecommerce("check").code == 0


def test_check_of_unreadable_contacts_prints_the_grants(warehouse: Warehouse) -> None:
    grants = [
        f"grant create on database {warehouse.server.database} to loader_c",
        "create schema crm",
        'create table crm.people ("idContact" bigint, email text)',
    ]
    with warehouse.user("loader_c", *grants) as limited:
        outside = limited.ecommerce("check", ECOMMERCE_CONTACTS_RELATION="crm.people")
        warehouse.execute("grant usage on schema crm to loader_c")
        inside = limited.ecommerce("check", ECOMMERCE_CONTACTS_RELATION="crm.people")
        warehouse.execute('grant select ("idContact", email) on crm.people to loader_c')
        granted = limited.ecommerce("check", ECOMMERCE_CONTACTS_RELATION="crm.people")

    assert outside.problems == [
        (
            'The user "loader_c" has no permission to read crm.people.'
            ' As its owner, type: grant usage on schema crm to "loader_c";'
        )
    ]
    assert inside.problems == [
        (
            'The user "loader_c" has no permission to read crm.people.'
            ' As its owner, type: grant select on crm.people to "loader_c";'
        )
    ]
    assert granted.code == 0


def test_check_of_contacts_names_missing_columns(warehouse: Warehouse) -> None:
    warehouse.execute("create schema crm", "create table crm.people (id bigint, email text)")

    answer = warehouse.ecommerce(
        "check",
        ECOMMERCE_CONTACTS_RELATION="crm.people",
        ECOMMERCE_CONTACTS_KEY_COLUMN="number",
    )

    assert answer.problems == [
        'crm.people has no column "idContact". Correct ECOMMERCE_CONTACTS_ID_COLUMN.',
        'crm.people has no column "number". Correct ECOMMERCE_CONTACTS_KEY_COLUMN.',
    ]


def test_check_of_custom_rates_names_missing_columns(warehouse: Warehouse) -> None:
    warehouse.execute(
        "create table public.rates"
        " (currency text, base_currency text, rate numeric, valid_from date)"
    )

    answer = warehouse.ecommerce("check", ECOMMERCE_CUSTOM_RATES_RELATION="public.rates")

    assert answer.problems == [
        (
            'public.rates has no column "valid_to".'
            " It needs the columns currency, base_currency, rate, valid_from, valid_to."
        )
    ]


def test_check_of_statuses_and_report_rules_names_missing_columns(
    warehouse: Warehouse,
) -> None:
    warehouse.execute(
        "create table public.statuses (application text, status_raw text,"
        " financial_status text, is_open boolean, is_paid boolean)",
        "create table public.rules (application text, fees_in_net boolean, sale_day text,"
        " cancelled_as text)",
    )

    answer = warehouse.ecommerce(
        "check",
        ECOMMERCE_STATUSES_RELATION="public.statuses",
        ECOMMERCE_REPORT_RULES_RELATION="public.rules",
    )

    assert answer.problems == [
        (
            'public.statuses has no column "counts_as". It needs the columns application,'
            " status_raw, financial_status, counts_as, is_open, is_paid."
        ),
        (
            'public.rules has no column "refund_without_lines". It needs the columns'
            " application, fees_in_net, sale_day, cancelled_as, refund_without_lines."
        ),
    ]


def test_check_of_interactions_names_missing_columns(warehouse: Warehouse) -> None:
    warehouse.execute(
        'create table public.events ("idContact" int, kind text, channel text,'
        ' "time" timestamptz, "idSendLog" int, "idBatch" int)'
    )

    answer = warehouse.ecommerce(
        "check",
        ECOMMERCE_INTERACTIONS_RELATION="public.events",
        ECOMMERCE_INTERACTIONS_TYPE_COLUMN="kind",
        ECOMMERCE_ATTRIBUTION_WINDOWS='{"email": "five days"}',
    )

    assert answer.problems == [
        (
            """ECOMMERCE_ATTRIBUTION_WINDOWS is '{"email": "five days"}'."""
            ' Set it to a JSON object of whole hours, such as {"email": 120}.'
        ),
        (
            'public.events has no column "campaign".'
            " Correct ECOMMERCE_INTERACTIONS_CAMPAIGN_COLUMN."
        ),
    ]


def test_check_of_aliases_reports_missing_contacts_and_columns(
    warehouse: Warehouse,
) -> None:
    warehouse.execute("create table public.merged (alias_id int)")

    answer = warehouse.ecommerce("check", ECOMMERCE_CONTACT_ALIASES_RELATION="public.merged")

    assert answer.problems == [
        (
            "ECOMMERCE_CONTACT_ALIASES_RELATION is set, but ECOMMERCE_CONTACTS_RELATION is"
            " not: the shops' customers have no aliases."
            " Set ECOMMERCE_CONTACTS_RELATION to the contacts that the aliases belong to."
        ),
        (
            'public.merged has no column "id_contact".'
            " It needs the columns alias_id and id_contact."
        ),
    ]
