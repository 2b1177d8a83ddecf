"""One table of addresses for the tap, the macro ecommerce_email_key and the erasure command.

`tests/integration/test_email_keys.py` reads the table on Postgres.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import duckdb
import pytest
from dbt_macros import Macros
from ecommerce_ext.erasure.identifiers import Identifiers
from ecommerce_ext.settings import read_settings
from email_table import ADDRESSES, TEXTS, Address
from tap_shopapp.records.email import address

# Letters of these blocks have simple case foldings that no later version of Unicode changed.
BLOCKS = [range(0x250), range(0x370, 0x530), range(0x531, 0x588), range(0x1E00, 0x2000)]
LETTERLIKE = "\u2126\u212a\u212b\u2132"


@pytest.fixture(scope="module")
def keys() -> dict[str | None, str | None]:
    """The keys of all texts of the table on DuckDB."""
    macro = Macros("duckdb").call("ecommerce_email_key", "value")
    query = f"select value, {macro} from (select unnest(?) as value)"
    return {None: None, **dict(duckdb.execute(query, [TEXTS]).fetchall())}


@pytest.mark.parametrize("each", ADDRESSES, ids=repr)
def test_tap_extracts_the_address_from_its_surroundings(each: Address) -> None:
    assert address(each.written) == each.address


@pytest.mark.parametrize("each", ADDRESSES, ids=repr)
def test_address_has_its_key_on_duckdb(
    keys: dict[str | None, str | None], each: Address
) -> None:
    """An order and a contact with the same text have the same key.

    The order's text, what the tap extracts from it, and a key itself have the key, too.
    """
    assert keys[each.written] == each.key
    assert keys[each.address] == each.key
    assert keys[each.key] == each.key


@pytest.mark.parametrize("each", ADDRESSES, ids=repr)
def test_erasure_command_finds_the_orders_and_contacts_of_an_address(each: Address) -> None:
    """Texts with the same key are the same person, and texts with other keys are not."""
    people = {its.key: people_of(its.key) for its in ADDRESSES if its.key}

    order = people_of(each.written)
    assert {key for key, identifiers in people.items() if identifiers & order} == (
        {each.key} if each.key else set()
    )


@cache
def people_of(email: str) -> set[tuple[str, ...]]:
    identifiers = Identifiers(read_settings({}))
    return set(identifiers.of_buyer("shop", None, None, email, None))


def test_letters_are_folded_as_unicode_says() -> None:
    characters = [chr(code) for block in BLOCKS for code in block] + list(LETTERLIKE)
    letters = [each for each in characters if unicodedata.category(each).startswith("L")]
    macro = Macros("duckdb").call("ecommerce_folded", "value")
    query = f"select value, {macro} from (select unnest(?) as value)"
    folded = dict(duckdb.execute(query, [letters]).fetchall())

    assert len(letters) > 1400
    assert folded == {letter: simple_folding(letter) for letter in letters}


def simple_folding(letter: str) -> str:
    """Return the folding of a letter that is one letter, as Python knows it; İ is i."""
    if letter == "İ":
        return "i"
    for folding in (letter.casefold(), letter.lower()):
        if len(folding) == 1:
            return folding
    return letter
