"""What tells of a person is marked so, in every model that has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

MODELS = Path(__file__).parents[1] / "models" / "ecommerce"
# Who someone is, how to reach them, what they did, and free-form fields with any of it.
PERSONAL = {
    *("email", "email_normalized", "email_key", "first_name", "last_name", "phone"),
    *("customer_id", "id_contact", "idContact", "surviving_id_contact"),
    *("contact_key", "match_key", "guestKey", "guest_key", "buyer_key"),
    *("brought_id", "brought_key", "customer_email", "matched_contact", "answer_contact"),
    *("by_id_contact", "by_key_contact", "by_customer_contact", "by_email_contact"),
    *("id_visit", "idVisit", "id_send_log", "idSendLog", "landing_url", "referrer_url"),
    *("discount_codes", "attributes", "reason", "payload"),
}
# Attributes of products tell of things.
THINGS = {("stg_ecommerce__products", "attributes")}


def _columns() -> list[tuple[str, str, bool]]:
    """Return model, column and whether it is marked."""
    found = []
    for file in MODELS.rglob("*.yml"):
        for model in yaml.safe_load(file.read_text()).get("models", []):
            for column in model.get("columns", []):
                marked = column.get("config", {}).get("meta", {}).get("pii", False)
                found.append((model["name"], column["name"], marked))
    return found


@pytest.mark.parametrize("name", sorted(PERSONAL))
def test_a_personal_column_is_marked_wherever_it_stands(name: str) -> None:
    models = {
        model: marked
        for model, column, marked in _columns()
        if column == name and (model, column) not in THINGS
    }

    assert models
    assert {model for model, marked in models.items() if not marked} == set()


def test_nothing_else_is_marked() -> None:
    marked: set[Any] = {column for _, column, is_marked in _columns() if is_marked}

    assert marked == PERSONAL
