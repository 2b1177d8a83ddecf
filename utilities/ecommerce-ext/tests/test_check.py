"""Each thing that ``ecommerce check`` refuses, and the sentence that it says."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Warehouse

FILLED = (
    "create schema ecommerce",
    (
        'create table ecommerce."ECommerce_Transaction"'
        ' ("idTransaction" text, "idShop" text, "Currency" text)'
    ),
    """insert into ecommerce."ECommerce_Transaction" values
        ('1', 'toys', null), ('2', 'toys', 'CAD'), ('3', 'toys', 'CAD')""",
)
CONTACTS = (
    "create schema crm",
    'create table crm.people ("idContact" bigint, email text, number text)',
    "create schema ecommerce",
    "create schema ecommerce_staging",
    "create table ecommerce.ecommerce_contacts (id_contact bigint)",
    "insert into ecommerce.ecommerce_contacts values (1)",
    *FILLED[1:],
    """create view ecommerce_staging.int_ecommerce__contacts_current as
        select "idContact" from crm.people""",
)
REBUILD = "type: meltano invoke ecommerce:build --full-refresh"
START_ANEW = (
    'or, to match every order anew, drop "ecommerce"."ecommerce_contacts" with cascade'
    f" and {REBUILD}"
)


def test_a_good_warehouse_is_one_line(warehouse: Warehouse) -> None:
    answer = warehouse.ecommerce("check")

    assert answer.code == 0
    assert answer.errors == ""
    server = warehouse.server
    assert answer.output == (
        f"ok: {server.database} at {server.host}:{server.port}, schemas ecommerce_raw"
        " and ecommerce, amounts in CAD\n"
    )


def test_a_currency_in_small_letters_is_understood(warehouse: Warehouse) -> None:
    warehouse.execute(*FILLED)

    assert warehouse.ecommerce("check", ECOMMERCE_CURRENCY="cad").code == 0


def test_neither_dbt_nor_the_sdk_nor_meltano_is_imported(warehouse: Warehouse) -> None:
    program = """
import sys
from ecommerce_ext.main import app
app(["check"], standalone_mode=False)
print(sorted({"dbt", "singer_sdk", "meltano"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=warehouse.environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines()[1:] == ["[]"]


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        (
            "ECOMMERCE_CURRENCY",
            "",
            (
                "ECOMMERCE_CURRENCY is not set."
                " Write it to .env, for instance: ECOMMERCE_CURRENCY=EUR"
            ),
        ),
        (
            "ECOMMERCE_CURRENCY",
            "XQZ",
            (
                "ECOMMERCE_CURRENCY is 'XQZ', which is no currency of ISO 4217."
                " Write the code of one that is in use, for instance: ECOMMERCE_CURRENCY=EUR"
            ),
        ),
        (
            "ECOMMERCE_CURRENCY",
            "DEM",
            (
                "ECOMMERCE_CURRENCY is DEM, which is no longer in use."
                " Write the code of one that is in use, for instance: ECOMMERCE_CURRENCY=EUR"
            ),
        ),
        (
            "ECOMMERCE_ID_FORMAT",
            "long",
            "ECOMMERCE_ID_FORMAT is 'long'. Set it to plain or qualified.",
        ),
        (
            "ECOMMERCE_CONTACTS_ID_TYPE",
            "number",
            "ECOMMERCE_CONTACTS_ID_TYPE is 'number'. Set it to bigint, int, text or uuid.",
        ),
        (
            "ECOMMERCE_CONTACTS_KEY_TYPE",
            "uuid",
            "ECOMMERCE_CONTACTS_KEY_TYPE is 'uuid'. Set it to text or int.",
        ),
        (
            "ECOMMERCE_CONTACTS_RELATION",
            "people",
            (
                "ECOMMERCE_CONTACTS_RELATION is 'people'."
                " Set it to schema.table, or leave it empty for none."
            ),
        ),
        (
            "ECOMMERCE_RATE_MAX_AGE_DAYS",
            "32",
            (
                "ECOMMERCE_RATE_MAX_AGE_DAYS is '32'."
                " Set it to a whole number of days from 0 to 31."
            ),
        ),
        (
            "ECOMMERCE_RAW_SCHEMA",
            "",
            (
                "ECOMMERCE_RAW_SCHEMA is empty."
                " Give it a value, or remove the line to get ecommerce_raw."
            ),
        ),
        (
            "ECOMMERCE_WAREHOUSE_PORT",
            "five",
            "ECOMMERCE_WAREHOUSE_PORT is 'five'. Set it to a port number.",
        ),
        (
            "ECOMMERCE_WAREHOUSE_HOST",
            " ",
            (
                "ECOMMERCE_WAREHOUSE_HOST is not set."
                " Write it to .env, for instance: ECOMMERCE_WAREHOUSE_HOST=localhost"
            ),
        ),
    ],
)
def test_a_setting_that_is_missing_or_not_taken_is_refused(
    warehouse: Warehouse, setting: str, value: str, sentence: str
) -> None:
    assert warehouse.ecommerce("check", **{setting: value}).problems == [sentence]


def test_a_project_that_is_elsewhere_is_named(warehouse: Warehouse, tmp_path: Path) -> None:
    answer = warehouse.ecommerce("check", ECOMMERCE_PROJECT_DIR=str(tmp_path))

    assert answer.problems == [
        (
            f"There is no dbt project in {tmp_path}. Set ECOMMERCE_PROJECT_DIR to the"
            " directory that holds its dbt_project.yml."
        )
    ]


def test_all_problems_are_told_at_once(warehouse: Warehouse) -> None:
    answer = warehouse.ecommerce(
        "check",
        ECOMMERCE_CURRENCY="",
        ECOMMERCE_RATE_DATE="paid",
        ECOMMERCE_CONTACTS_RELATION="crm.people",
    )

    assert answer.problems == [
        "ECOMMERCE_CURRENCY is not set. Write it to .env, for instance: ECOMMERCE_CURRENCY=EUR",
        "ECOMMERCE_RATE_DATE is 'paid'. Set it to created or processed.",
        "There is no table or view crm.people. Correct ECOMMERCE_CONTACTS_RELATION.",
    ]


def test_a_port_where_nothing_listens_is_named(warehouse: Warehouse) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        answer = warehouse.ecommerce("check", ECOMMERCE_WAREHOUSE_PORT=str(port))

    assert answer.problems == [
        (
            f"Nothing listens at 127.0.0.1:{port}. Start the warehouse, or correct"
            " ECOMMERCE_WAREHOUSE_HOST and _PORT."
        )
    ]


def test_a_host_without_address_is_named(warehouse: Warehouse) -> None:
    answer = warehouse.ecommerce("check", ECOMMERCE_WAREHOUSE_HOST="warehouse.invalid")

    assert answer.problems == [
        "No machine has the name warehouse.invalid. Correct ECOMMERCE_WAREHOUSE_HOST."
    ]


def test_a_wrong_password_is_told_but_not_shown(warehouse: Warehouse) -> None:
    answer = warehouse.ecommerce("check", ECOMMERCE_WAREHOUSE_PASSWORD="canary-of-no-one")

    assert answer.problems == [
        (
            'The warehouse refused the user "postgres" or its password.'
            " Correct ECOMMERCE_WAREHOUSE_USER and _PASSWORD."
        )
    ]


def test_a_missing_database_is_named(warehouse: Warehouse) -> None:
    answer = warehouse.ecommerce("check", ECOMMERCE_WAREHOUSE_DATABASE="attic")

    assert answer.problems == [
        (
            'The warehouse has no database "attic".'
            " Create it, or correct ECOMMERCE_WAREHOUSE_DATABASE."
        )
    ]


def test_a_warehouse_that_still_starts_is_quoted(warehouse: Warehouse) -> None:
    starting = b"E" + _sized(b"SFATAL\0C57P03\0Mthe database system is starting up\0\0")
    with _answering(starting) as port:
        answer = warehouse.ecommerce("check", **_at(port))

    assert answer.problems == [
        (
            "The warehouse refused the connection: connection failed: connection to server at"
            f' "127.0.0.1", port {port} failed: FATAL: the database system is starting up.'
            " Correct the settings ECOMMERCE_WAREHOUSE_…."
        )
    ]


def test_postgres_14_is_refused(warehouse: Warehouse) -> None:
    welcome = (
        b"R" + _sized(b"\0\0\0\0")
        + b"S" + _sized(b"server_version\00014.9\0")
        + b"S" + _sized(b"client_encoding\0UTF8\0")
        + b"Z" + _sized(b"I")
    )  # fmt: skip
    with _answering(welcome) as port:
        answer = warehouse.ecommerce("check", **_at(port))

    assert answer.problems == [
        "The warehouse is Postgres 14, which knows no merge. Use Postgres 15 or newer."
    ]


def test_a_user_who_may_create_no_schema_is_told_what_to_grant(warehouse: Warehouse) -> None:
    with warehouse.user("loader_a", "create schema ecommerce_raw") as limited:
        answer = limited.ecommerce("check")

    database = warehouse.server.database
    grant = (
        f'As the database\'s owner, type: grant create on database "{database}" to "loader_a";'
    )
    assert answer.problems == [
        (
            'The user "loader_a" may not use and create in the schema "ecommerce_raw".'
            " As its owner, type:"
            ' grant usage, create on schema "ecommerce_raw" to "loader_a";'
        ),
        f'There is no schema "ecommerce" and the user "loader_a" may not create it. {grant}',
        (
            'There is no schema "ecommerce_staging" and the user "loader_a" may not create it.'
            f" {grant}"
        ),
    ]


def test_rights_on_existing_schemas_are_enough(warehouse: Warehouse) -> None:
    names = ("ecommerce_raw", "ecommerce", "ecommerce_staging")
    grants = [
        f"create schema {name}; grant usage, create on schema {name} to loader_b"
        for name in names
    ]
    with warehouse.user("loader_b", *grants) as limited:
        assert limited.ecommerce("check").code == 0


def test_contacts_that_may_not_be_read_are_told_by_what_to_grant(warehouse: Warehouse) -> None:
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
            'The user "loader_c" may not read crm.people.'
            ' As its owner, type: grant usage on schema crm to "loader_c";'
        )
    ]
    assert inside.problems == [
        (
            'The user "loader_c" may not read crm.people.'
            ' As its owner, type: grant select on crm.people to "loader_c";'
        )
    ]
    assert granted.code == 0


def test_columns_that_the_contacts_lack_are_named(warehouse: Warehouse) -> None:
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


def test_columns_that_custom_rates_lack_are_named(warehouse: Warehouse) -> None:
    warehouse.execute(
        "create table public.rates"
        " (currency text, base_currency text, rate numeric, valid_from date)"
    )

    answer = warehouse.ecommerce("check", ECOMMERCE_CUSTOM_RATES_RELATION="public.rates")

    assert answer.problems == [
        (
            'public.rates has no column "valid_to".'
            " Give it currency, base_currency, rate, valid_from, valid_to."
        )
    ]


def test_columns_that_interactions_lack_are_named(warehouse: Warehouse) -> None:
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


def test_aliases_need_their_columns_and_contacts_that_they_lead_to(
    warehouse: Warehouse,
) -> None:
    warehouse.execute("create table public.merged (alias_id int)")

    answer = warehouse.ecommerce("check", ECOMMERCE_CONTACT_ALIASES_RELATION="public.merged")

    assert answer.problems == [
        (
            "ECOMMERCE_CONTACT_ALIASES_RELATION is set, and ECOMMERCE_CONTACTS_RELATION is"
            " not: the shops' own customers have no aliases."
            " Name the contacts that were merged in ECOMMERCE_CONTACTS_RELATION."
        ),
        'public.merged has no column "id_contact". Give it alias_id and id_contact.',
    ]


def test_another_currency_on_filled_tables_is_refused(warehouse: Warehouse) -> None:
    warehouse.execute(*FILLED)

    assert warehouse.ecommerce("check", ECOMMERCE_CURRENCY="USD").problems == [
        (
            "The tables hold amounts in CAD, and ECOMMERCE_CURRENCY is USD."
            f" Set ECOMMERCE_CURRENCY=CAD; or, to convert everything anew, {REBUILD}"
        )
    ]


def test_another_id_format_on_filled_tables_is_refused(warehouse: Warehouse) -> None:
    warehouse.execute(*FILLED)
    refused = warehouse.ecommerce("check", ECOMMERCE_ID_FORMAT="qualified")
    warehouse.execute(
        """update ecommerce."ECommerce_Transaction"
            set "idTransaction" = "idShop" || ':' || "idTransaction" """
    )

    assert refused.problems == [
        (
            "The tables hold plain ids, and ECOMMERCE_ID_FORMAT is qualified."
            f" Set ECOMMERCE_ID_FORMAT=plain; or, to give every row its other id, {REBUILD}"
        )
    ]
    assert warehouse.ecommerce("check", ECOMMERCE_ID_FORMAT="qualified").code == 0
    assert warehouse.ecommerce("check").problems == [
        (
            "The tables hold qualified ids, and ECOMMERCE_ID_FORMAT is plain."
            f" Set ECOMMERCE_ID_FORMAT=qualified; or, to give every row its other id, {REBUILD}"
        )
    ]


def test_empty_tables_take_any_currency_and_id_format(warehouse: Warehouse) -> None:
    warehouse.execute(*FILLED[:-1])

    answer = warehouse.ecommerce(
        "check", ECOMMERCE_CURRENCY="USD", ECOMMERCE_ID_FORMAT="qualified"
    )

    assert answer.code == 0


@pytest.mark.parametrize(
    ("id_type", "is_taken"), [("bigint", True), ("text", True), ("int", False), ("uuid", False)]
)
def test_ids_that_the_shops_own_customers_cannot_have_are_refused(
    warehouse: Warehouse, id_type: str, *, is_taken: bool
) -> None:
    answer = warehouse.ecommerce("check", ECOMMERCE_CONTACTS_ID_TYPE=id_type)

    assert (answer.code == 0) == is_taken
    if not is_taken:
        assert answer.problems == [
            (
                f"ECOMMERCE_CONTACTS_ID_TYPE is {id_type}, and ECOMMERCE_CONTACTS_RELATION is"
                " empty: the shops' own customers have no such ids. Set"
                " ECOMMERCE_CONTACTS_ID_TYPE=bigint, or name your contacts in"
                " ECOMMERCE_CONTACTS_RELATION."
            )
        ]


def test_keys_that_the_shops_own_customers_cannot_have_are_refused(
    warehouse: Warehouse,
) -> None:
    answer = warehouse.ecommerce("check", ECOMMERCE_CONTACTS_KEY_TYPE="int")

    assert answer.problems == [
        (
            "ECOMMERCE_CONTACTS_KEY_TYPE is int, and ECOMMERCE_CONTACTS_KEY_COLUMN is empty:"
            " the shops' own customer ids are text. Set ECOMMERCE_CONTACTS_KEY_TYPE=text, or"
            " name the key's column in ECOMMERCE_CONTACTS_KEY_COLUMN."
        )
    ]


def test_another_type_of_contact_id_is_refused(warehouse: Warehouse) -> None:
    warehouse.execute(*CONTACTS)

    answer = warehouse.ecommerce(
        "check",
        ECOMMERCE_CONTACTS_RELATION="crm.people",
        ECOMMERCE_CONTACTS_ID_TYPE="text",
    )

    assert answer.problems == [
        (
            "The tables hold contact ids of type bigint, and ECOMMERCE_CONTACTS_ID_TYPE is"
            f" text. Set ECOMMERCE_CONTACTS_ID_TYPE=bigint; {START_ANEW}"
        )
    ]


def test_another_relation_of_contacts_is_refused(warehouse: Warehouse) -> None:
    warehouse.execute(*CONTACTS, "create table crm.others as table crm.people")
    same = warehouse.ecommerce("check", ECOMMERCE_CONTACTS_RELATION='"crm".people')
    other = warehouse.ecommerce("check", ECOMMERCE_CONTACTS_RELATION="crm.others")
    none = warehouse.ecommerce("check")

    assert same.code == 0
    assert other.problems == [
        (
            "The tables hold contacts of crm.people, and ECOMMERCE_CONTACTS_RELATION is"
            f" crm.others. Set ECOMMERCE_CONTACTS_RELATION=crm.people; {START_ANEW}"
        )
    ]
    assert none.problems == [
        (
            "The tables hold contacts of crm.people, and ECOMMERCE_CONTACTS_RELATION is"
            f" empty. Set ECOMMERCE_CONTACTS_RELATION=crm.people; {START_ANEW}"
        )
    ]


def test_contacts_after_the_shops_own_are_refused(warehouse: Warehouse) -> None:
    warehouse.execute(
        *CONTACTS[:-1],
        "create table ecommerce_staging.customers (id bigint)",
        """create view ecommerce_staging.int_ecommerce__contacts_current as
            select id from ecommerce_staging.customers""",
    )

    assert warehouse.ecommerce("check").code == 0
    answer = warehouse.ecommerce("check", ECOMMERCE_CONTACTS_RELATION="crm.people")
    assert answer.problems == [
        (
            "The tables hold contacts of the shops themselves, and"
            " ECOMMERCE_CONTACTS_RELATION is crm.people."
            f" Set ECOMMERCE_CONTACTS_RELATION=; {START_ANEW}"
        )
    ]


def test_plain_ids_of_two_shops_are_refused(warehouse: Warehouse) -> None:
    warehouse.execute(
        "create schema ecommerce_raw",
        "create table ecommerce_raw.shops (shop_id text)",
        "insert into ecommerce_raw.shops values ('toys'), ('books')",
    )

    assert warehouse.ecommerce("check").problems == [
        (
            "There are orders of the shops books and toys, whose plain ids can meet."
            f" Set ECOMMERCE_ID_FORMAT=qualified, then {REBUILD}"
        )
    ]
    assert warehouse.ecommerce("check", ECOMMERCE_ID_FORMAT="qualified").code == 0


def test_a_loader_that_writes_elsewhere_is_refused(warehouse: Warehouse) -> None:
    answer = warehouse.ecommerce("check", TARGET_ECOMMERCE_DEFAULT_TARGET_SCHEMA="analytics")

    assert answer.problems == [
        (
            "TARGET_ECOMMERCE_DEFAULT_TARGET_SCHEMA is analytics, and ECOMMERCE_RAW_SCHEMA is"
            " not: the loader would write where nothing is read."
            " Remove TARGET_ECOMMERCE_DEFAULT_TARGET_SCHEMA; the loader follows"
            " ECOMMERCE_RAW_SCHEMA."
        )
    ]


def test_vars_of_the_dbt_project_win_over_the_environment(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    package = tmp_path / "dbt_packages" / "shopapp_ecommerce"
    package.mkdir(parents=True)
    (package / "seeds").symlink_to(Path(__file__).parents[3] / "seeds")
    (tmp_path / "dbt_project.yml").write_text(
        "name: acme\nvars:\n  ecommerce_schema: acme\n  ecommerce_raw_schema: acme_raw\n"
        "  shopapp_ecommerce:\n    ecommerce_currency: EUR\n"
    )
    in_the_host = {"ECOMMERCE_PROJECT_DIR": str(tmp_path), "ECOMMERCE_CURRENCY": "CAD"}

    same = warehouse.ecommerce("check", **in_the_host, ECOMMERCE_RAW_SCHEMA="acme_raw")
    other = warehouse.ecommerce("check", **in_the_host, ECOMMERCE_RAW_SCHEMA="ecommerce_raw")

    assert same.output.endswith("schemas acme_raw and acme, amounts in EUR\n")
    assert other.problems == [
        (
            "The loader writes into ecommerce_raw, and the var ecommerce_raw_schema of"
            " dbt_project.yml is acme_raw. Set ECOMMERCE_RAW_SCHEMA=acme_raw."
        )
    ]


def _at(port: int) -> dict[str, str]:
    return {"ECOMMERCE_WAREHOUSE_PORT": str(port), "ECOMMERCE_WAREHOUSE_SSLMODE": "disable"}


def _sized(body: bytes) -> bytes:
    return (len(body) + 4).to_bytes(4, "big") + body


@contextmanager
def _answering(message: bytes) -> Iterator[int]:
    """Yield the port of a server that says one message of Postgres's protocol."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(4096)
                client.sendall(message)
                client.recv(4096)  # until the client has read, and closes

        thread = Thread(target=answer)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()
