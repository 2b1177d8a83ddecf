"""A new version that adds a column to a released table or seed needs no full refresh."""

from __future__ import annotations

import re
import shutil
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

import psycopg
import pytest
import raw
from histories import History
from pipelines import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

WITHOUT_TESTS = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")


def version_without(column: str, table: str, folder: Path) -> Path:
    """Write the dbt package as it was before a table had a column."""
    for part in ("models", "macros", "seeds"):
        shutil.copytree(ROOT / part, folder / part)
    shutil.copy(ROOT / "dbt_project.yml", folder)
    # The last select of a table has the columns of its contract.
    file = folder / f"models/ecommerce/tables/{table}.yml"
    pattern = rf" +- name: {column}\n(?: {{8,}}.*\n)+"
    text, removed = re.subn(pattern, "", file.read_text(), count=1)
    assert removed == 1
    file.write_text(text)
    return folder


def test_new_columns_are_added_and_filled_by_the_next_build(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    pipeline.settings["ECOMMERCE_ID_FORMAT"] = "qualified"
    with psycopg.connect(pipeline.postgres.url) as connection:
        raw.create(connection)
        for seed in range(10):
            # A day between loads, so that a build normally reads only the last load again.
            loaded_at = datetime.now(timezone.utc) - timedelta(days=20 - seed)
            for stream, records in History(seed).take_changed(whole=True).items():
                raw.load(connection, stream, records, loaded_at)
    pipeline.project = version_without("OrderName", "ECommerce_Transaction", tmp_path)
    # The older version was installed first, so dbt has not parsed the current one.
    (pipeline.folder / "target" / "partial_parse.msgpack").unlink()
    # Every build rebuilds the statistics, which read the column.
    pipeline.dbt("build", *WITHOUT_TESTS, "--exclude", "path:models/ecommerce/marts+")
    columns = (
        "select count(*) from information_schema.columns"
        " where table_name = 'ECommerce_Transaction' and column_name = 'OrderName'"
    )
    assert pipeline.rows(columns) == [(0,)]
    with psycopg.connect(pipeline.postgres.url) as connection:
        # Views that read the column did not exist in that version.
        connection.execute(
            "alter table ecommerce_staging.ecommerce_currencies drop euro_fixed_rate cascade"
        )
        connection.execute(
            "drop table ecommerce_staging.ecommerce_statuses cascade;"
            " create table ecommerce_staging.ecommerce_statuses (status_kind text, status text,"
            " label text, is_paid boolean, is_cancelled boolean);"
            " insert into ecommerce_staging.ecommerce_statuses"
            " values ('financial', 'paid', 'Paid', true, false)"
        )

    pipeline.project = ROOT
    pipeline.build()

    named = pipeline.rows(
        'select "idTransaction", "OrderName" from ecommerce."ECommerce_Transaction" order by 1'
    )
    assert len(named) >= 40
    assert named == pipeline.rows(
        "select shop_id || ':' || transaction_id, order_name from ecommerce_raw.transactions"
        " order by 1"
    )
    assert pipeline.rows(
        "select euro_fixed_rate from ecommerce_staging.ecommerce_currencies"
        " where currency = 'DEM'"
    ) == [(Decimal("1.95583"),)]
    assert pipeline.rows(
        "select status_raw, counts_as, is_paid from ecommerce_staging.ecommerce_statuses"
        " where application = 'any' and financial_status = 'paid'"
    ) == [("paid", "sale", True)]
    assert pipeline.rows(
        "select count(*) from ecommerce_staging.ecommerce_statuses where application is null"
    ) == [(0,)]
