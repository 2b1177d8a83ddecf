"""The registry of health checks: runs of a check, and the checks of each command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecommerce_ext.checks.registry import Check, Context, Needs, checks, prerequisites
from ecommerce_ext.errors import EcommerceError, Problem
from ecommerce_ext.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

SETTINGS = read_settings({"ECOMMERCE_CURRENCY": "CAD"})
FIRST = Problem("One is wrong.", "Correct it.")
LAST = Problem("The warehouse does not answer.", "Start it.")


def find_problems(_: Context) -> Iterator[Problem]:
    yield FIRST
    raise EcommerceError(LAST)


def test_check_that_raises_reports_earlier_problems_too() -> None:
    check = Check("example", "fine", Needs.SETTINGS, find_problems)

    result = check.run(Context(SETTINGS, {}))

    assert (result.name, result.problems) == ("example", (FIRST, LAST))


def test_check_without_problems_inserts_settings_into_its_text() -> None:
    check = Check("example", "amounts in {settings.currency}", Needs.SETTINGS, lambda _: ())

    assert check.run(Context(SETTINGS, {})).good == "amounts in CAD"


def test_registry_lists_each_check_once() -> None:
    names = [check.name for check in checks(*Needs)]

    assert len(names) == len(set(names))


def test_prerequisites_end_with_the_credentials_of_each_extractor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("MELTANO_PROJECT_ROOT", raising=False)
    settings = read_settings({"ECOMMERCE_EXTRACTORS": "tap-shopapp tap-shopapp--toys"})

    assert [check.name for check in prerequisites(settings)] == [
        *("settings", "warehouse", "permissions", "currency", "contents"),
        "credentials of tap-shopapp",
        "credentials of tap-shopapp--toys",
    ]
