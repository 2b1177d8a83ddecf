"""Every column with personal data is marked, and says whether it is an identifier."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ecommerce_ext.settings import definitions

MODELS = Path(__file__).parents[1] / "models" / "ecommerce"
# Who someone is, how to reach them, and free-form fields with any of it: not for readers.
PERSONAL = {
    *("email", "email_normalized", "email_key", "first_name", "last_name", "phone"),
    *("guestKey", "guest_key", "buyer_key", "customer_email", "landing_url", "referrer_url"),
    *("discount_codes", "attributes", "reason", "payload"),
}
# What names a person, or a message or visit of one, only to who has the list.
IDENTIFIERS = {
    *("customer_id", "id_contact", "idContact", "surviving_id_contact"),
    *("contact_key", "match_key", "brought_id", "brought_key"),
    *("matched_contact", "answer_contact", "by_id_contact", "by_key_contact"),
    *("by_customer_contact", "by_email_contact"),
    *("id_visit", "idVisit", "id_send_log", "idSendLog"),
}
# Attributes of products tell of things.
THINGS = {("stg_ecommerce__products", "attributes")}
# What readers see comes from the contacts' columns: it is personal if that holds addresses.
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
    """Return the expression of a mark: `true` if a setting names the column of addresses."""

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
