"""An e-mail address has the same key in orders and in contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from tap_shopapp.records.values import normalized_email

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline
normalized_once = pytest.mark.xfail(
    strict=True, reason="Addresses are normalized in the tap and again in SQL."
)

# Turkish İ, Greek final Σ, and dot positions that docomo allowed in the 1990s.
SAME = [
    "anna@example.com",
    pytest.param("İbrahim@example.com", marks=normalized_once),
    pytest.param("ΝΙΚΟΣ@example.com", marks=normalized_once),
    pytest.param("taro..yamada@docomo.ne.jp", marks=normalized_once),
    pytest.param("taro.@docomo.ne.jp", marks=normalized_once),
]
# The macro ecommerce_email_key, rendered for Postgres.
_KEY = r"nullif(normalize(lower(btrim(cast(%s as text), U&' \0009\000A\000D\00A0')), nfc), '')"


@pytest.mark.parametrize("address", SAME)
def test_order_email_has_the_same_key_as_the_contact_email(
    pipeline: Pipeline, address: str
) -> None:
    with psycopg.connect(pipeline.postgres.url) as connection:
        row = connection.execute(f"select {_KEY}".encode(), [address]).fetchone()
    assert row is not None
    assert normalized_email(address) == row[0]


@pytest.mark.parametrize(
    "written", ["Bob <bob@example.com>", "bob@example.com,", "mailto:bob@example.com"]
)
@normalized_once
def test_email_is_extracted_from_surrounding_text(written: str) -> None:
    assert normalized_email(written) == "bob@example.com"
