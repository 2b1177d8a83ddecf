from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ecommerce_ext.errors import EcommerceError
from ecommerce_ext.settings import Settings, read_settings
from ecommerce_ext.warehouse.lock import warehouse_lock

if TYPE_CHECKING:
    from warehouses import Warehouse


@pytest.fixture
def settings(warehouse: Warehouse) -> Settings:
    return read_settings(warehouse.environment)


def test_lock_held_by_another_run_is_reported(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        warehouse_lock(settings),
        pytest.raises(EcommerceError) as refused,
        warehouse_lock(settings, wait_seconds=0.1),
    ):
        pass

    assert str(refused.value) == (
        'Another run has been building the schema "ecommerce" for more than 0.1 seconds.'
        " Wait for it to end, then try again."
    )
    assert capsys.readouterr().out == "Waiting for another run to end …\n"


def test_lock_is_free_after_a_failed_run(settings: Settings) -> None:
    with pytest.raises(ZeroDivisionError), warehouse_lock(settings):
        _ = 1 // 0

    with warehouse_lock(settings, wait_seconds=1):
        pass


def test_locks_of_two_schemas_are_independent(warehouse: Warehouse, settings: Settings) -> None:
    other = read_settings(warehouse.environment | {"ECOMMERCE_SCHEMA": "ecommerce_test"})
    with warehouse_lock(settings), warehouse_lock(other, wait_seconds=0):
        pass


def test_lock_ends_with_its_connection(warehouse: Warehouse, settings: Settings) -> None:
    with warehouse_lock(settings) as connection:
        pid = connection.info.backend_pid
        warehouse.execute(f"select pg_terminate_backend({pid})")
        with warehouse_lock(settings, wait_seconds=5):
            pass
