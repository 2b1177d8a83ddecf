"""The settings of the module: every setting is defined here, and nowhere else by hand.

Each setting is an environment variable, ``ECOMMERCE_`` and its name in capitals. Meltano, dbt
and this utility read the same variables. A var of the dbt project, for instance
``ecommerce_currency``, wins over the variable. After a change run ``make settings``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ecommerce_ext.dbt.package import project_vars
from ecommerce_ext.dotenv import read_dotenv
from ecommerce_ext.errors import Problem
from ecommerce_ext.setting_types import Form, Group, as_text, between, matching, one_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecommerce_ext.setting_types import Setting

_NAME = r'(?:[a-z_][a-z0-9_$]*|"[^"]+")'
_RELATION = matching(rf"{_NAME}\.{_NAME}", "schema.table, or leave it empty for none")
_ROLE = matching('[^"]+', "the name of a role, or leave it empty for none")
_KEY = matching(".{32,}", "at least 32 characters, such as the output of: openssl rand -hex 32")
_PORT = Form("a port number", lambda port: port <= 65535)  # noqa: PLR2004 - the last port
_DAYS = between(0, 31, "a whole number of days")
_HOURS = Form(
    'a JSON object of whole hours, such as {"email": 120}',
    lambda windows: all(
        channel and type(hours) is int and hours in range(10_000)
        for channel, hours in windows.items()
    ),
)
_THRESHOLDS = Form(
    'a JSON object such as {"rate_missing": {"warn_above": 0.2}}; in meltano.yml as text, not'
    " as a mapping",
    lambda checks: all(
        isinstance(thresholds, Mapping)
        and thresholds.keys() <= {"warn_above", "fail_above"}
        and all(type(share) in (int, float, str) for share in thresholds.values())
        for thresholds in checks.values()
    ),
)

_WAREHOUSE = Group("the database, and the schemas that the loader and dbt write")
_READER = Group("the role that may read the tables", in_dbt=True)
_PROJECT = Group(
    "where the dbt project and the extractors are; how many models dbt builds at once"
)
_ONCE = Group(
    "chosen once: the health checks refuse another value if there are orders",
    in_dbt=True,
    decides_rows=True,
)
_CONTACTS = Group("your table of contacts, and merged contacts", in_dbt=True, decides_rows=True)
_ATTRIBUTION = Group(
    "message events, and for how long an order is attributed to one", in_dbt=True
)
_ERASURE = Group("the key of the suppression list of erased people")
_RATES = Group(
    "your own exchange rates; the day and the maximum age of a rate",
    in_dbt=True,
    decides_rows=True,
)
_REPORTS = Group(
    "your own statuses of orders, and how the sales report of your shop counts", in_dbt=True
)
_QUALITY = Group("thresholds of the data quality checks", in_dbt=True)
_TABLES = Group("the optional tables", in_dbt=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The values of all settings."""

    warehouse_host: str = _WAREHOUSE.setting(
        "Host of the warehouse, a Postgres server.", example="localhost"
    )
    warehouse_port: int = _WAREHOUSE.setting("Port of the warehouse.", default=5432, form=_PORT)
    warehouse_user: str = _WAREHOUSE.setting("User that loads and builds.", example="ecommerce")
    warehouse_password: str = _WAREHOUSE.setting(
        "Password of the user. Leave empty if the server asks for none.", sensitive=True
    )
    warehouse_database: str = _WAREHOUSE.setting("Database to use.", example="warehouse")
    warehouse_sslmode: str = _WAREHOUSE.setting(
        "Encryption of the connection, as libpq's sslmode.",
        default="prefer",
        form=one_of("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    )
    raw_schema: str = _WAREHOUSE.setting(
        "Schema that the loader writes to.", default="ecommerce_raw"
    )
    schema: str = _WAREHOUSE.setting(
        "Schema of the four tables and of the statistics.", default="ecommerce"
    )
    staging_schema: str = _WAREHOUSE.setting(
        "Schema of the staging models, if your dbt project names it differently. Leave empty"
        " for the schema of the tables followed by _staging."
    )
    reader_role: str = _READER.setting(
        "Role of the warehouse that may read the tables and the statistics, except personal"
        " data other than identifiers. Leave empty for none.",
        form=_ROLE,
    )
    currency: str = _ONCE.setting(
        "Reporting currency, an ISO 4217 code. Every amount is converted to it. Chosen once.",
        example="EUR",
    )
    id_format: str = _ONCE.setting(
        "Ids in the four tables: plain (the shop's own ids, for one shop) or qualified (with"
        " the shop's id as prefix, for several shops). Chosen once.",
        default="plain",
        form=one_of("plain", "qualified"),
    )
    contacts_relation: str = _CONTACTS.setting(
        "Table or view of your contacts. Leave empty for one contact per customer.",
        form=_RELATION,
    )
    contacts_id_column: str = _CONTACTS.setting(
        "Column with the contact's id.", default="idContact"
    )
    contacts_id_type: str = _CONTACTS.setting(
        "Type of the contact's id. Chosen once.",
        default="bigint",
        form=one_of("bigint", "int", "text", "uuid"),
    )
    contacts_key_column: str = _CONTACTS.setting(
        "Column with the key by which shops know contacts, such as a customer number. Leave"
        " empty if you have none."
    )
    contacts_key_type: str = _CONTACTS.setting(
        "Type of that key.", default="text", form=one_of("text", "int")
    )
    contacts_email_column: str = _CONTACTS.setting(
        "Column with the e-mail address. International domains in letters, not as xn--.",
        default="email",
    )
    contact_aliases_relation: str = _CONTACTS.setting(
        "Table or view of merged contacts, with the columns alias_id (the former id) and"
        " id_contact (the contact that it was merged into). Leave empty if you have none.",
        form=_RELATION,
    )
    interactions_relation: str = _ATTRIBUTION.setting(
        "Table of message events (sent, open, click), one row per event. Leave empty if you"
        " have none.",
        form=_RELATION,
    )
    interactions_contact_column: str = _ATTRIBUTION.setting(
        "Column of the events with the contact's id.", default="idContact"
    )
    interactions_type_column: str = _ATTRIBUTION.setting(
        "Column of the events with the type: sent, open or click. Other types are ignored.",
        default="type",
    )
    interactions_channel_column: str = _ATTRIBUTION.setting(
        "Column of the events with the channel, such as email or sms.", default="channel"
    )
    interactions_time_column: str = _ATTRIBUTION.setting(
        "Column of the events with the time, UTC if it has no time zone.", default="time"
    )
    interactions_send_column: str = _ATTRIBUTION.setting(
        "Column of the events with the id of the single send.", default="idSendLog"
    )
    interactions_batch_column: str = _ATTRIBUTION.setting(
        "Column of the events with the id of the batch of messages.", default="idBatch"
    )
    interactions_campaign_column: str = _ATTRIBUTION.setting(
        "Column of the events with the name of the campaign.", default="campaign"
    )
    interactions_updated_at_column: str = _ATTRIBUTION.setting(
        "Column of the events with the time of their last change, UTC if it has no time zone."
        " Builds then read changed events only. Leave empty if you have none: builds then read"
        " the last three days, and all events once a day."
    )
    attribution_windows: Mapping[str, int] = _ATTRIBUTION.setting(
        "Attribution window in hours, per channel, as a JSON object. Orders are not attributed"
        " to other channels.",
        default={"email": 120, "sms": 24},
        form=_HOURS,
    )
    attribution_opens: bool = _ATTRIBUTION.setting(
        "Attribute an order to an open if there is no click.",
        default=False,
    )
    erasure_key: str = _ERASURE.setting(
        "Secret key of the suppression list, which recognizes erased people when the shop sends"
        " them again. Keep it: the list is useless without it.",
        form=_KEY,
        sensitive=True,
    )
    custom_rates_relation: str = _RATES.setting(
        "Table or view of your own exchange rates, with the columns currency, base_currency,"
        " rate, valid_from, valid_to. Leave empty if you have none.",
        form=_RELATION,
    )
    rate_max_age_days: int = _RATES.setting(
        "Maximum number of days that a rate is carried forward.", default=7, form=_DAYS
    )
    rate_date: str = _RATES.setting(
        "Day whose rate converts an order: the day on which it counts, or on which its record"
        " was created.",
        default="ordered",
        form=one_of("ordered", "created"),
    )
    statuses_relation: str = _REPORTS.setting(
        "Table or view of order statuses that count differently in your shop, with the columns"
        " application, status_raw, financial_status, counts_as, is_open, is_paid. Its rows"
        " replace rows of the seed ecommerce_statuses. Leave empty if you have none.",
        form=_RELATION,
    )
    report_rules_relation: str = _REPORTS.setting(
        "Table or view of rules by which the sales report of your shop counts, with the columns"
        " application, fees_in_net, sale_day, cancelled_as, refund_without_lines. Its rows"
        " replace rows of the seed ecommerce_report_rules. Leave empty if you have none.",
        form=_RELATION,
    )
    returns_on: str = _REPORTS.setting(
        "Day of a return in figures by day: the day of the event, as in the reports of Shopify"
        " and WooCommerce, or the day of the order.",
        default="event",
        form=one_of("event", "order"),
    )
    quality_thresholds: Mapping[str, Any] = _QUALITY.setting(
        "Share of rows above which a check of ecommerce_data_quality warns or fails, per check,"
        ' as a JSON object: {"contact_unmatched": {"warn_above": 0.2, "fail_above": 0.9}}.',
        default={},
        form=_THRESHOLDS,
    )
    items: bool = _TABLES.setting("Build the table of order lines.", default=True)
    products: bool = _TABLES.setting("Build the table of products.", default=True)
    categories: bool = _TABLES.setting("Build the table of categories.", default=True)
    threads: int = _PROJECT.setting(
        "Number of models that dbt builds at once.", default=4, form=between(1, 99)
    )
    project_dir: str = _PROJECT.setting(
        "Directory of the dbt project: the module's own, or a project with the module as"
        " package.",
        default=".",
    )
    profiles_dir: str = _PROJECT.setting(
        "Directory of dbt's profiles.yml. Leave empty for the folder profiles of the dbt"
        " project, the project itself, or dbt's own search path."
    )
    extractors: str = _PROJECT.setting(
        "Extractors of your shops in the Meltano project, separated by spaces.",
        default="tap-shopapp",
    )
    refused: Mapping[str, str] = field(repr=False)
    """The texts that their settings do not accept, by name of setting."""

    @property
    def project(self) -> Path:
        """Directory of the dbt project."""
        return Path(self.project_dir).resolve()

    def environment(self) -> dict[str, str]:
        """Return every setting by the name of its environment variable."""
        values = {name: as_text(getattr(self, name)) for name in definitions()}
        return {variable(name): text for name, text in {**values, **self.refused}.items()}

    def problems(self, prefix: str = "") -> Iterator[Problem]:
        """Yield each setting that is missing or has a wrong value.

        Args:
            prefix: The first letters of the names of the settings to check.
        """
        for name, setting in definitions().items():
            if not name.startswith(prefix):
                continue
            if text := self.refused.get(name):
                found = "invalid" if setting.sensitive else repr(text)
                yield Problem(
                    f"{variable(name)} is {found}.", f"Set it to {setting.form.words}."
                )
            elif name in self.refused:
                yield Problem(
                    f"{variable(name)} is empty.",
                    f"Give it a value, or remove the line to get {setting.default}.",
                )
            elif setting.required and not getattr(self, name):
                yield Problem(
                    f"{variable(name)} is not set.",
                    f"Write it to .env, for instance: {variable(name)}={setting.example}",
                )


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read every setting. A setting that is not set gets its default.

    A var of the dbt project wins over the environment, as in dbt: the host's own dbt, which
    Meltano gives no environment, then builds with the same settings.
    """
    dotenv = read_dotenv(environ)
    texts = {}
    for name, setting in definitions().items():
        text = environ.get(variable(name), setting.default)
        written = dotenv.get(variable(name), text)
        # Meltano passes any word other than true, 1, yes and on as false, a misspelled one too.
        if setting.kind == "boolean" and text == "false" and not setting.accepts(written):
            text = written
        texts[name] = text if setting.sensitive else text.strip()
    found = project_vars(Path(texts["project_dir"]).resolve())
    texts |= {
        name: found[f"ecommerce_{name}"]
        for name, setting in definitions().items()
        if f"ecommerce_{name}" in found and not setting.sensitive and name != "project_dir"
    }
    texts["staging_schema"] = texts["staging_schema"] or f"{texts['schema']}_staging"
    values: dict[str, Any] = {}
    refused = {}
    for name, setting in definitions().items():
        if setting.accepts(texts[name]):
            values[name] = setting.parse(texts[name])
        else:
            values[name] = texts[name] if setting.kind == "string" else setting.value
            refused[name] = texts[name]
    return Settings(**values, refused=refused)


def variable(name: str) -> str:
    """Return the environment variable of the setting ``name``."""
    return f"ECOMMERCE_{name.upper()}"


def definitions() -> dict[str, Setting]:
    """Return the definition of each setting, by its name."""
    return {
        each.name: cast("Setting", each.metadata["setting"])
        for each in fields(Settings)
        if "setting" in each.metadata
    }
