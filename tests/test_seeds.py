"""The seeds match their generator, ISO 4217 and the EU regulations."""

from __future__ import annotations

import csv
import io
import runpy
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

SEEDS = Path(__file__).parents[1] / "seeds"


def _currencies() -> dict[str, dict[str, str]]:
    with (SEEDS / "ecommerce_currencies.csv").open(encoding="utf-8", newline="") as file:
        return {row["currency"]: row for row in csv.DictReader(file)}


def test_seed_of_currencies_matches_its_generator() -> None:
    generated: str = runpy.run_path(str(SEEDS / "generate.py"))["currencies_csv"]()
    assert (SEEDS / "ecommerce_currencies.csv").read_text(encoding="utf-8") == generated


def test_macro_of_exponents_matches_its_generator() -> None:
    generated: str = runpy.run_path(str(SEEDS / "generate.py"))["exponent_macro"]()
    macro = SEEDS.parent / "macros/money/ecommerce_exponent.sql"
    assert macro.read_text(encoding="utf-8") == generated


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("EUR", 2), ("JPY", 0), ("ISK", 0), ("KWD", 3), ("CLF", 4), ("HUF", 2), ("TRL", 0)],
)
def test_minor_units_match_iso_4217(currency: str, decimals: int) -> None:
    assert int(_currencies()[currency]["minor_unit"]) == decimals


@pytest.mark.parametrize(
    ("currency", "rate", "first_day", "regulation"),
    [
        ("DEM", "1.95583", "1999-01-01", "(EC) 2866/98"),
        ("ITL", "1936.27", "1999-01-01", "(EC) 2866/98"),
        ("GRD", "340.750", "2001-01-01", "(EC) 1478/2000"),
        ("LTL", "3.45280", "2015-01-01", "(EU) 851/2014"),
        ("HRK", "7.53450", "2023-01-01", "(EU) 2022/1208"),
        ("BGN", "1.95583", "2026-01-01", "(EU) 2025/1409"),
    ],
)
def test_fixed_rates_match_the_regulations(
    currency: str, rate: str, first_day: str, regulation: str
) -> None:
    row = _currencies()[currency]
    assert (row["euro_fixed_rate"], row["euro_fixed_on"]) == (rate, first_day)
    assert row["euro_fixed_by"] == regulation


def test_ecb_series_end_when_currencies_joined_the_euro() -> None:
    content = (files("currency_converter") / "eurofxref-hist.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        days = list(csv.DictReader(io.StringIO(archive.read("eurofxref-hist.csv").decode())))
    joined = {
        code: row["euro_fixed_on"]
        for code, row in _currencies().items()
        if row["euro_fixed_on"] > "1999-01-01"
    }
    assert len(joined) == 10
    for code, first_day in joined.items():
        if code not in days[0]:
            assert code == "GRD"  # the series of the file restarts without the drachma
            continue
        last = max(day["Date"] for day in days if day[code] not in {"N/A", ""})
        assert f"{int(first_day[:4]) - 1}-12-28" < last < first_day
