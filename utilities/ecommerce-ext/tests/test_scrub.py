from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from ecommerce_ext.scrub import Scrubbed, scrub
from ecommerce_ext.settings import read_settings
from ecommerce_ext.warehouse import connect
from psycopg.errors import LockNotAvailable

if TYPE_CHECKING:
    from conftest import Warehouse


def test_while_nobody_is_erased_no_raw_table_is_read(warehouse: Warehouse) -> None:
    warehouse.execute(
        "create schema ecommerce_raw", "create table ecommerce_raw.transactions (email text)"
    )
    settings = read_settings(warehouse.environment | {"ECOMMERCE_ERASURE_KEY": "k" * 32})
    with connect(settings) as connection, psycopg.connect(warehouse.server.url) as other:
        connection.execute("set lock_timeout = '1s'")
        other.execute("lock table ecommerce_raw.transactions in access exclusive mode")

        assert scrub(connection, settings) == Scrubbed()
        with pytest.raises(LockNotAvailable):
            scrub(connection, settings, {("email", "ann@example.com")})
