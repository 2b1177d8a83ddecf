"""The hash in the run log contains every setting that affects the rows of an order."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLES = ("ECommerce_Transaction", "ECommerce_Item", "ecommerce_rejects")
# Settings outside the hash, and why their change does not require reading orders again.
NOT_HASHED = {
    "ecommerce_items": "a model that was off has no log row, or an old one that decides",
    "ecommerce_products": "switches a table that is computed whole in every build",
    "ecommerce_categories": "switches a table that is computed whole in every build",
    "ecommerce_reader_role": "grants, no rows",
    "ecommerce_raw_schema": "in the hash as the schema of the source",
    "ecommerce_statuses_relation": "its rows are in the hash",
    "ecommerce_report_rules_relation": "its rows are in the hash",
}
# Macros that read a setting whose name is a variable; the test reads their callers.
BY_VARIABLE = {
    *("ecommerce_is_on", "ecommerce_integer_setting"),
    *("ecommerce_setting", "ecommerce_settings_hash"),
}

# Macros that decide which rows are computed, and hooks that write what the statistics read. The
# values of an order's row do not depend on them.
WITHOUT_VALUES = {
    *("ecommerce_log_candidates", "ecommerce_forget_changed_keys"),
    *("ecommerce_scope", "ecommerce_scope_name"),
    *("ecommerce_rows_in_scope", "ecommerce_order_rows_in_scope"),
}


def texts(folder: str) -> dict[str, str]:
    """Return the SQL of a folder by the names that it defines."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / folder).rglob("*.sql")):
        text = path.read_text()
        # Callers use the name of a dispatched macro without its adapter.
        names = re.findall(r"{%-? macro (?:[a-z]+__)?(\w+)\(", text)
        for name in names if folder == "macros" else [path.stem]:
            found[name] = found.get(name, "") + text
    return found


def used() -> set[str]:
    """Return the settings that the SQL and YAML of the tables use."""
    models, macros = texts("models"), texts("macros")
    project = (ROOT / "dbt_project.yml").read_text()
    waiting, seen = [*TABLES], set[str]()
    settings: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen | WITHOUT_VALUES:
            continue
        seen.add(name)
        if name in models:
            text = models[name]
            properties = next((ROOT / "models").rglob(f"{name}.yml"), None)
            text += properties.read_text() if properties else ""
            text += project if name in TABLES else ""
        else:
            text = macros.get(name, "")
        assert name in BY_VARIABLE or not re.search(r"ecommerce_setting\([^']", text), name
        settings |= set(re.findall(r"ecommerce_(?:integer_)?setting\('(\w+)'\)", text))
        settings |= {f"ecommerce_{part}" for part in re.findall(r"_is_on\(\W+(\w+)", text)}
        settings |= set(re.findall(r"\bvar\('(\w+)'", text))
        if "source('ecommerce_raw'" in text:
            settings.add("ecommerce_raw_schema")
        waiting += re.findall(r"ref\('shopapp_ecommerce', '(\w+)'\)", text)
        waiting += re.findall(r"ecommerce_candidate_rows\('(\w+)'\)", text)
        waiting += re.findall(r"ecommerce_order_rows_in_scope\('(\w+)'\)", text)
        waiting += [macro for macro in macros if f"{macro}(" in text]
    assert "int_ecommerce__rates_daily" in seen
    return settings


def hashed() -> set[str]:
    """Return the settings in the hash."""
    text = (ROOT / "macros" / "settings" / "ecommerce_settings_hash.sql").read_text()
    assert "source.schema" in text
    named = set(re.findall(r"'(ecommerce_\w+)'", text))
    return named - {"ecommerce_raw", "ecommerce_currencies"}


def test_setting_that_affects_rows_is_in_the_hash() -> None:
    assert used() - hashed() == set(NOT_HASHED)


def test_setting_in_the_hash_affects_rows() -> None:
    assert hashed() - used() == set()


def test_setting_in_the_hash_is_changed_by_the_scenario() -> None:
    text = (ROOT / "tests" / "integration" / "test_changed_settings.py").read_text()
    walked = set(re.findall(r'^    "(ecommerce_\w+)": \(', text, flags=re.MULTILINE))
    assert walked == hashed() | {"ecommerce_raw_schema"}
