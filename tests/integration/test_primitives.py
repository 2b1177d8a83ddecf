"""The primitives give the same results on every engine: the unit tests of tests/primitives.

For each engine, one test runs all unit tests, and one test breaks some primitives and expects
that their unit tests fail.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import psycopg
import pytest
from primitives import MACROS, PROJECT, ROOT, broken_macros, unit_tests

if TYPE_CHECKING:
    from pathlib import Path

    from shopapp_demo.postgres import Postgres

SPARK = ROOT / ".venv-spark" / "bin" / "python"
# Options of Java that make short programs faster.
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

# Plausible faults by engine, {model: (macro, its wrong body)}. Its unit tests find each fault.
HALF_EVEN_POSTGRES = (
    "cast(round(cast({{ amount }} * 1e{{ decimals }} as float8)) as numeric) / 1e{{ decimals }}"
)
FLOATING_POINT = (
    "cast(round(cast({{ numerator }} as double) / cast({{ divisor }} as double)) as hugeint)"
)
DAY_OF_SESSION = ("ecommerce_day", "cast({{ time }} as date)")
FAULTS = {
    "postgres": {
        "round": ("ecommerce_round", HALF_EVEN_POSTGRES),
        "convert": (
            "ecommerce_fraction_rounded",
            "round(({{ numerator }}) / ({{ divisor }}))",  # without guard digits
        ),
        "day": DAY_OF_SESSION,
        "email_key": ("ecommerce_email_key", "nullif(lower(trim({{ email }})), '')"),
        "text_order": ("ecommerce_text_order", "{{ text }}"),  # in the database's collation
    },
    "duckdb": {
        "round": ("ecommerce_round", "round_even({{ amount }}, {{ decimals }})"),
        "convert": ("ecommerce_fraction_rounded", FLOATING_POINT),
        "day": DAY_OF_SESSION,
        "email_key": ("ecommerce_email_key", "nullif(lower(trim({{ email }})), '')"),
        "try_cast": ("ecommerce_try_cast", "try_cast({{ expression }} as {{ type }})"),
    },
    "spark": {
        "round": ("ecommerce_round", "bround({{ amount }}, {{ decimals }})"),
        "convert": (
            "ecommerce_fraction_rounded",
            "round(({{ numerator }}) / ({{ divisor }}))",  # Spark keeps six decimals
        ),
        "day": DAY_OF_SESSION,
        "campaign_name_key": (
            "ecommerce_campaign_name_key",
            "regexp_replace(lower(trim({{ name }})), '[-_+[:space:]]+', '-')",
        ),
        "try_cast": (
            "ecommerce_try_cast",
            "try_cast({{ expression }} as {{ ecommerce_type(type) }})",
        ),
    },
}


@pytest.fixture(scope="module")
def postgres_settings(server: Postgres) -> dict[str, str]:
    """A database that sorts text by language, and sessions with a time zone."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("drop database if exists primitives")
        connection.execute(
            "create database primitives template template0 encoding 'UTF8'"
            " locale_provider icu icu_locale 'und'"
        )
    return {
        "PRIMITIVES_HOST": server.host,
        "PRIMITIVES_PORT": str(server.port),
        "PRIMITIVES_USER": server.user,
        "PRIMITIVES_PASSWORD": server.password or "none",
        "PRIMITIVES_DATABASE": "primitives",
        "PGTZ": "Asia/Beirut",
    }


@pytest.fixture(scope="module")
def spark_messages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The messages of all unit tests on Spark, in three runs."""
    missing = None
    if shutil.which("java") is None:
        missing = "There is no Java. Install version 17 or newer."
    elif not SPARK.exists():
        missing = "There is no Spark. Run: make .venv-spark/installed"
    if missing and os.environ.get("CI"):
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
    folder = tmp_path_factory.mktemp("spark")
    bodies, models = wrong_bodies("spark")
    (folder / "broken.json").write_text(json.dumps({"macros": bodies, "models": models}))
    done = subprocess.run(
        [str(SPARK), str(ROOT / "tests" / "support" / "primitives_on_spark.py"), str(folder)],
        cwd=folder,
        env={**os.environ, "JAVA_TOOL_OPTIONS": JAVA_OPTIONS, "SPARK_LOCAL_IP": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    messages: dict[str, dict[str, str]] = json.loads((folder / "messages.json").read_text())
    return messages


def wrong_bodies(engine: str) -> tuple[dict[str, str], list[str]]:
    """Return the wrong bodies by macro, and the models whose unit tests find the faults."""
    bodies = {f"{engine}__{macro}": body for macro, body in FAULTS[engine].values()}
    return bodies, sorted(FAULTS[engine])


def expect_all_passed(messages: dict[str, str]) -> None:
    assert {name: message for name, message in messages.items() if message} == {}
    assert len(messages) > 35


def expect_faults_found(engine: str, messages: dict[str, str]) -> None:
    # Unit tests are named after their model, which is named after a primitive.
    failed = [name for name, message in messages.items() if "actual differs" in message]
    found = {model for model in FAULTS[engine] for name in failed if name.startswith(model)}
    assert found == set(FAULTS[engine]), messages


@pytest.mark.warehouse
def test_primitives_on_postgres_pass_all_unit_tests(
    postgres_settings: dict[str, str], tmp_path: Path
) -> None:
    expect_all_passed(unit_tests("postgres", tmp_path, settings=postgres_settings))


@pytest.mark.warehouse
def test_broken_primitives_on_postgres_fail_their_unit_tests(
    postgres_settings: dict[str, str], tmp_path: Path
) -> None:
    bodies, models = wrong_bodies("postgres")
    macros = broken_macros(tmp_path, bodies)
    expect_faults_found(
        "postgres",
        unit_tests(
            "postgres", tmp_path, settings=postgres_settings, macros=macros, models=models
        ),
    )


def test_primitives_on_duckdb_pass_all_unit_tests(tmp_path: Path) -> None:
    settings = {"PRIMITIVES_PATH": str(tmp_path / "tests.duckdb")}
    expect_all_passed(unit_tests("duckdb", tmp_path, settings=settings))


def test_broken_primitives_on_duckdb_fail_their_unit_tests(tmp_path: Path) -> None:
    settings = {"PRIMITIVES_PATH": str(tmp_path / "tests.duckdb")}
    bodies, models = wrong_bodies("duckdb")
    macros = broken_macros(tmp_path, bodies)
    expect_faults_found(
        "duckdb",
        unit_tests("duckdb", tmp_path, settings=settings, macros=macros, models=models),
    )


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["default", "ansi"])
def test_primitives_on_spark_pass_all_unit_tests(
    spark_messages: dict[str, dict[str, str]], mode: str
) -> None:
    expect_all_passed(spark_messages[mode])


@pytest.mark.slow
def test_broken_primitives_on_spark_fail_their_unit_tests(
    spark_messages: dict[str, dict[str, str]],
) -> None:
    expect_faults_found("spark", spark_messages["broken"])


def test_every_dispatched_macro_has_a_version_per_engine_and_a_unit_test() -> None:
    sources = "\n".join(path.read_text() for path in MACROS.rglob("*.sql"))
    tested = "\n".join(path.read_text() for path in (PROJECT / "models").rglob("*.sql"))
    dispatched = set(re.findall(r"adapter\.dispatch\(\s*'(\w+)'", sources))
    with_default = set(re.findall(r"{% macro default__(\w+)\(", sources))
    assert len(dispatched - with_default) > 20
    for engine in ("postgres", "duckdb", "spark"):
        versions = set(re.findall(r"{% macro " + engine + r"__(\w+)\(", sources))
        assert dispatched - with_default - versions == set(), engine

    untested = {name for name in dispatched - with_default if f"{name}(" not in tested}
    # ecommerce_type and ecommerce_convert call the first two; the third reads users' relations.
    # The tests of statistics delete rows by the last one.
    assert untested == {
        "ecommerce_types",
        "ecommerce_fraction_rounded",
        "ecommerce_column_types",
        "ecommerce_row_id",
    }
