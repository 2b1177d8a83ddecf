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


def test_fault_55_a_second_run_is_told_that_one_is_under_way(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        warehouse_lock(settings),
        pytest.raises(EcommerceError) as refused,
        warehouse_lock(settings, patience=0.1),
    ):
        pass

    assert str(refused.value) == (
        'Another run has been building the schema "ecommerce" for more than 0.1 seconds.'
        " Wait for it to end, then try again."
    )
    assert capsys.readouterr().out == "Waiting for another run to end …\n"


def test_the_lock_is_free_again_after_a_run_even_one_that_failed(settings: Settings) -> None:
    with pytest.raises(ZeroDivisionError), warehouse_lock(settings):
        _ = 1 // 0

    with warehouse_lock(settings, patience=1):
        pass


def test_two_schemas_are_built_at_the_same_time(
    warehouse: Warehouse, settings: Settings
) -> None:
    other = read_settings(warehouse.environment | {"ECOMMERCE_SCHEMA": "ecommerce_test"})
    with warehouse_lock(settings), warehouse_lock(other, patience=0):
        pass


def test_the_lock_goes_with_the_connection_that_held_it(
    warehouse: Warehouse, settings: Settings
) -> None:
    with warehouse_lock(settings) as connection:
        pid = connection.info.backend_pid
        warehouse.execute(f"select pg_terminate_backend({pid})")
        with warehouse_lock(settings, patience=5):
            pass
