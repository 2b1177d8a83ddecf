"""The settings of the module: names, defaults, values that they take, descriptions.

Each is an environment variable, ``ECOMMERCE_`` and its name in capitals, so that Meltano,
dbt and this utility read the same ones. Vars of the dbt project win over them, for instance
``ecommerce_currency``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ecommerce_ext.dbt.package import project_vars
from ecommerce_ext.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAME = r'(?:[a-z_][a-z0-9_$]*|"[^"]+")'


@dataclass(frozen=True, slots=True)
class Form:
    """The values that a setting takes, as a pattern and in words."""

    pattern: str
    words: str


def _one_of(*words: str) -> Form:
    return Form("|".join(words), f"{', '.join(words[:-1])} or {words[-1]}")


ANYTHING = Form(".*", "any text")
PORT = Form("[0-9]{1,5}", "a port number")
SWITCH = Form("(?i:true|false|1|0|yes|no|on|off)", "true or false")
RELATION = Form(rf"{_NAME}\.{_NAME}", "schema.table, or leave it empty for none")
ROLE = Form('[^"]+', "the name of a role, or leave it empty for none")
COUNT = Form("[1-9][0-9]?", "a whole number from 1 to 99")
KEY = Form(".{32,}", "at least 32 characters, such as the output of: openssl rand -hex 32")
OBJECT = Form(r"\{.*\}", "a JSON object, such as {}")
HOURS = Form(
    r'\{\s*(?:"[^"]+"\s*:\s*[0-9]{1,4}\s*(?:,\s*(?=")|(?=\})))*\}',
    'a JSON object of whole hours, such as {"email": 120}',
)
DAYS = Form("[0-9]|[12][0-9]|3[01]", "a whole number of days from 0 to 31")


@dataclass(frozen=True, slots=True)
class Setting:
    """What there is to know about one setting besides its name."""

    description: str
    default: str
    example: str
    form: Form
    sensitive: bool

    @property
    def required(self) -> bool:
        """Whether the setting must be set: those are shown an example of."""
        return bool(self.example)


def _setting(
    description: str,
    *,
    default: str = "",
    example: str = "",
    form: Form = ANYTHING,
    sensitive: bool = False,
) -> str:
    setting = Setting(description, default, example, form, sensitive)
    return field(default=default, repr=not sensitive, metadata={"setting": setting})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The values of all settings, as they were set."""

    warehouse_host: str = _setting("Host of the warehouse, a Postgres.", example="localhost")
    warehouse_port: str = _setting("Its port.", default="5432", form=PORT)
    warehouse_user: str = _setting("The user that loads and builds.", example="ecommerce")
    warehouse_password: str = _setting(
        "The user's password; empty where none is asked for.", sensitive=True
    )
    warehouse_database: str = _setting("The database to work in.", example="warehouse")
    warehouse_sslmode: str = _setting(
        "How the connection is encrypted, in libpq's words.",
        default="prefer",
        form=_one_of("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    )
    raw_schema: str = _setting("Schema into which the loader writes.", default="ecommerce_raw")
    schema: str = _setting(
        "Schema of the four tables and of the statistics.",
        default="ecommerce",
    )
    staging_schema: str = _setting(
        "Schema of the helpers, where a dbt project of your own puts them elsewhere; empty for"
        " the schema of the tables with _staging behind it."
    )
    reader_role: str = _setting(
        "A role of the warehouse that may read the tables and the statistics, except personal"
        " data other than identifiers; empty for none.",
        form=ROLE,
    )
    currency: str = _setting(
        "Reporting currency, an ISO 4217 code: every amount is converted into it. Chosen once.",
        example="EUR",
    )
    id_format: str = _setting(
        "Ids in the four tables: plain as the shop gives them (one shop), or qualified by"
        " the shop's id (several). Chosen once.",
        default="plain",
        form=_one_of("plain", "qualified"),
    )
    contacts_relation: str = _setting(
        "The table or view of your contacts; empty for one contact per customer.",
        form=RELATION,
    )
    contacts_id_column: str = _setting("Its column with the contact's id.", default="idContact")
    contacts_id_type: str = _setting(
        "The type of that id. Chosen once.",
        default="bigint",
        form=_one_of("bigint", "int", "text", "uuid"),
    )
    contacts_key_column: str = _setting(
        "Its column with the key that shops know contacts by, such as a customer number;"
        " empty for none."
    )
    contacts_key_type: str = _setting(
        "The type of that key.", default="text", form=_one_of("text", "int")
    )
    contacts_email_column: str = _setting(
        "Its column with the e-mail address, international domains in letters, not as xn--.",
        default="email",
    )
    contact_aliases_relation: str = _setting(
        "A table or view of merged contacts, with the columns alias_id, the id that one had"
        " before, and id_contact, the contact it was merged into; empty for none.",
        form=RELATION,
    )
    interactions_relation: str = _setting(
        "A table or view of what became of your messages, one row per interaction of a contact"
        " with one; empty for none.",
        form=RELATION,
    )
    interactions_contact_column: str = _setting(
        "Its column with the contact's id.", default="idContact"
    )
    interactions_type_column: str = _setting(
        "Its column with what happened: sent, open or click; others are ignored.",
        default="type",
    )
    interactions_channel_column: str = _setting(
        "Its column with the message's channel, such as email or sms.", default="channel"
    )
    interactions_time_column: str = _setting(
        "Its column with when it happened; UTC where it has no zone.", default="time"
    )
    interactions_send_column: str = _setting(
        "Its column with the id of the single send.", default="idSendLog"
    )
    interactions_batch_column: str = _setting(
        "Its column with the id of the deployment of messages.", default="idBatch"
    )
    interactions_campaign_column: str = _setting(
        "Its column with the campaign's name.", default="campaign"
    )
    attribution_windows: str = _setting(
        "For how many hours an interaction may earn an order, by channel, as JSON; interactions"
        " of other channels earn none.",
        default='{"email": 120, "sms": 24}',
        form=HOURS,
    )
    attribution_opens: str = _setting(
        "Whether opens earn orders too, where no click does.", default="false", form=SWITCH
    )
    erasure_key: str = _setting(
        "Secret by which erased people are recognised when the shop sends them again. Keep it:"
        " without it their list is worth nothing.",
        form=KEY,
        sensitive=True,
    )
    custom_rates_relation: str = _setting(
        "A table or view of your own exchange rates, with the columns currency,"
        " base_currency, rate, valid_from, valid_to; empty for none.",
        form=RELATION,
    )
    rate_max_age_days: str = _setting(
        "For how many days a rate is carried forward.", default="7", form=DAYS
    )
    rate_date: str = _setting(
        "Which day's rate converts an order: when it was created, or processed.",
        default="created",
        form=_one_of("created", "processed"),
    )
    quality_thresholds: str = _setting(
        "Shares of rows above which checks of ecommerce_data_quality warn or fail, by check,"
        ' as JSON: {"contact_unmatched": {"warn_above": 0.2, "fail_above": 0.9}}.',
        default="{}",
        form=OBJECT,
    )
    items: str = _setting(
        "Whether there is a table of order lines.", default="true", form=SWITCH
    )
    products: str = _setting(
        "Whether there is a table of products.", default="true", form=SWITCH
    )
    categories: str = _setting(
        "Whether there is a table of categories.", default="true", form=SWITCH
    )
    threads: str = _setting("How many models dbt builds at once.", default="4", form=COUNT)
    project_dir: str = _setting(
        "Directory of the dbt project: the module's own, or one that has it as a package.",
        default=".",
    )
    profiles_dir: str = _setting(
        "Directory of dbt's profiles.yml; empty for profiles in the dbt project, the project"
        " itself, or where else dbt looks."
    )
    extractors: str = _setting(
        "The extractors of your shops in the Meltano project, with spaces between.",
        default="tap-shopapp",
    )

    @property
    def project(self) -> Path:
        """Directory of the dbt project."""
        return Path(self.project_dir).resolve()

    def environment(self) -> dict[str, str]:
        """Return every setting by the name of its environment variable."""
        return {variable(name): getattr(self, name) for name in definitions()}

    def problems(self, prefix: str = "") -> Iterator[Problem]:
        """Yield which settings are missing, or have a wrong value.

        Args:
            prefix: The first letters of the names of the settings to check.
        """
        for name, setting in definitions().items():
            value = getattr(self, name)
            if not name.startswith(prefix):
                continue
            if value:
                if not re.fullmatch(setting.form.pattern, value, re.DOTALL):
                    found = "of another form" if setting.sensitive else repr(value)
                    yield Problem(
                        f"{variable(name)} is {found}.", f"Set it to {setting.form.words}."
                    )
            elif setting.required:
                yield Problem(
                    f"{variable(name)} is not set.",
                    f"Write it to .env, for instance: {variable(name)}={setting.example}",
                )
            elif setting.default:
                yield Problem(
                    f"{variable(name)} is empty.",
                    f"Give it a value, or remove the line to get {setting.default}.",
                )


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read every setting; what is not set takes its default.

    A var of the dbt project wins over the environment, as in dbt: so the host's own dbt, which
    Meltano gives no environment, builds with the same settings.
    """
    values = {}
    for name, setting in definitions().items():
        value = environ.get(variable(name), setting.default)
        values[name] = value if setting.sensitive else value.strip()
    found = project_vars(Path(values["project_dir"]).resolve())
    values |= {
        name: found[f"ecommerce_{name}"]
        for name, setting in definitions().items()
        if f"ecommerce_{name}" in found and not setting.sensitive and name != "project_dir"
    }
    values["staging_schema"] = values["staging_schema"] or f"{values['schema']}_staging"
    return Settings(**values)


def variable(name: str) -> str:
    """Return the environment variable of the setting ``name``."""
    return f"ECOMMERCE_{name.upper()}"


def definitions() -> dict[str, Setting]:
    """Return what there is to know about each setting, by its name."""
    return {
        field.name: cast("Setting", field.metadata["setting"]) for field in fields(Settings)
    }
