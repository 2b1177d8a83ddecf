"""A host project replaces a model of the package, as the page for hosts describes."""

from __future__ import annotations

import re
import textwrap
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import psycopg
import pytest
import raw
from pipelines import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

PROJECT = """\
name: host
version: 1.0.0
profile: shopapp_ecommerce
flags: {require_generic_test_arguments_property: true}
"""


def test_package_reads_the_model_that_replaces_its_own(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    page = (ROOT / "docs" / "add-to-your-project.md").read_text()
    section = page.partition("\n## Replace one of our models\n")[2].partition("\n## ")[0]
    disabled, model, macro = (
        textwrap.dedent(block)
        for block in re.findall(r"^ +```\w+\n(.*?)^ +```$", section, re.MULTILINE | re.DOTALL)
    )
    for name, text in {
        "dbt_project.yml": PROJECT + disabled,
        "packages.yml": f"packages:\n  - local: {ROOT}\n",
        "models/stg_ecommerce__customers.sql": model,
        "macros/ref.sql": macro,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    pipeline.settings["ECOMMERCE_CONTACTS_RELATION"] = "public.people"
    with psycopg.connect(pipeline.postgres.url) as connection:
        raw.create(connection)
        raw.load_shop(
            connection,
            {"of ann": {"customer_id": "1"}, "of a test": {"customer_id": "2"}},
            {"1": "ann@example.com", "2": "bob@test.example"},
            datetime.now(timezone.utc) - timedelta(days=1),
        )
        connection.execute(
            "create table people as select 1 as \"idContact\", 'ann@example.com' as email"
            " union all select 2, 'bob@test.example'"
        )

    pipeline.project = tmp_path
    pipeline.dbt("deps")
    pipeline.dbt("seed")
    pipeline.dbt("run", "--select", "+ECommerce_Item")

    assert pipeline.rows(
        'select "idTransaction", "contactMatchStatus", "idContact"'
        ' from ecommerce."ECommerce_Transaction" order by 1'
    ) == [("of a test", "unmatched", None), ("of ann", "matched", 1)]
