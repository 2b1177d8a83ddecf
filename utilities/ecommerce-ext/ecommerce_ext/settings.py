"""The settings of the utility, read from the environment: ECOMMERCE_* and nothing else."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "ECOMMERCE_"


@dataclass(frozen=True)
class Settings:
    """Every setting, as text; an empty one is not set. The dbt package reads the same names."""

    warehouse_host: str = "127.0.0.1"
    warehouse_port: str = "5432"
    warehouse_user: str = "postgres"
    warehouse_password: str = ""
    warehouse_database: str = "postgres"
    warehouse_sslmode: str = "prefer"
    raw_schema: str = "ecommerce_raw"
    schema: str = "ecommerce"
    currency: str = ""
    id_format: str = "plain"
    contacts_relation: str = ""
    contacts_id_column: str = "idContact"
    contacts_id_type: str = "bigint"
    contacts_key_column: str = ""
    contacts_key_type: str = "text"
    contacts_email_column: str = "email"
    custom_rates_relation: str = ""
    rate_max_age_days: str = "7"
    rate_date: str = "created"
    items: str = "true"
    products: str = "true"
    categories: str = "true"
    threads: str = "4"
    project_dir: str = ""
    loader_target: str = ""

    @property
    def staging_schema(self) -> str:
        """Where dbt keeps what the four tables are made from."""
        return f"{self.schema}_staging"

    @property
    def project(self) -> Path:
        """The folder of the dbt project."""
        return Path(self.project_dir or os.environ.get("MELTANO_PROJECT_ROOT") or Path.cwd())

    @property
    def warehouse(self) -> str:
        """The warehouse in words, without its password."""
        return f"{self.warehouse_host}:{self.warehouse_port}/{self.warehouse_database}"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of an environment; by default that of the process."""
    environment = os.environ if environment is None else environment
    given = {
        field.name: value.strip()
        for field in fields(Settings)
        if (value := environment.get(PREFIX + field.name.upper())) and value.strip()
    }
    return Settings(**given)
