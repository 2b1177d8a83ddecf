"""Every column with personal data is marked; identifiers have a separate mark."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from ecommerce_ext.settings import definitions

MODELS = Path(__file__).parents[1] / "models" / "ecommerce"
# Personal data, and free-form fields that may contain it: hidden from readers.
PERSONAL = {
    *("email", "email_normalized", "email_key", "first_name", "last_name", "phone"),
    *("guestKey", "guest_key", "buyer_key", "customer_email", "landing_url", "referrer_url"),
    *("discount_codes", "attributes", "reason", "payload"),
    "key",  # of a changed row, such as a contact whose id is an address
}
# Identifiers: they name a person, message or visit only to someone who has the list.
IDENTIFIERS = {
    *("customer_id", "id_contact", "idContact", "surviving_id_contact"),
    *("contact_key", "match_key", "reported_id", "reported_key"),
    *("matched_contact", "found_contact", "by_id_contact", "by_key_contact"),
    *("by_customer_contact", "by_email_contact", "reported_id_contact"),
    *("id_visit", "idVisit", "id_send_log", "idSendLog"),
}
# Attributes of products are not personal.
THINGS = {("stg_ecommerce__products", "attributes")}
# These columns come from the contacts' columns: personal if those contain addresses.
FROM_THE_KEY = {
    ("ECommerce_Transaction", "customer_id"),
    ("ecommerce_contacts", "contact_key"),
    ("ecommerce_contacts", "match_key"),
}
FROM_THE_ID = {
    ("ECommerce_Transaction", "idContact"),
    ("ecommerce_contacts", "id_contact"),
    ("ecommerce_contacts", "surviving_id_contact"),
    ("ecommerce_transactions_enriched", "id_contact"),
    ("ecommerce_contact_summary", "id_contact"),
}


@cache
def _columns() -> list[tuple[str, str, Any]]:
    """Return model, column and its mark."""
    found = []
    for file in MODELS.rglob("*.yml"):
        for model in yaml.safe_load(file.read_text()).get("models", []):
            for column in model.get("columns", []):
                mark = column.get("config", {}).get("meta", {}).get("pii", False)
                found.append((model["name"], column["name"], mark))
    return found


def _unless_address(setting: str) -> str:
    """Return the mark's expression: `true` if a setting names the column of e-mails."""

    def value(name: str) -> str:
        variable, default = f"ecommerce_{name}", definitions()[name].default
        return f"var('{variable}', env_var('{variable.upper()}', '{default}'))"

    addresses = value("contacts_email_column")
    return f"{{{{ 'true' if {value(setting)} == {addresses} else 'key' }}}}"


def _expected(model: str, column: str) -> object:
    if (model, column) in THINGS:
        return False
    if (model, column) in FROM_THE_KEY:
        return _unless_address("contacts_key_column")
    if (model, column) in FROM_THE_ID:
        return _unless_address("contacts_id_column")
    if column in IDENTIFIERS:
        return "key"
    return column in PERSONAL


@pytest.mark.parametrize("name", sorted(PERSONAL | IDENTIFIERS))
def test_personal_column_is_marked_in_every_model(name: str) -> None:
    marks = {(model, name): mark for model, column, mark in _columns() if column == name}

    assert marks
    assert marks == {place: _expected(*place) for place in marks}


def test_other_columns_are_not_marked() -> None:
    marked = {column for _, column, mark in _columns() if mark}

    assert marked == PERSONAL | IDENTIFIERS
