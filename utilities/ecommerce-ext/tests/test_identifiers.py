from __future__ import annotations

import pytest
from ecommerce_ext.erasure.identifiers import Identifiers
from ecommerce_ext.erasure.normalize import normalize_email, normalize_id
from ecommerce_ext.settings import read_settings

IDENTIFIERS = Identifiers(read_settings({"ECOMMERCE_CONTACTS_ID_TYPE": "bigint"}))


@pytest.mark.parametrize(
    ("line", "identifier"),
    [
        ("  Ann@Example.COM ", ("email", "ann@example.com")),
        ("bob@xn--bcher-kva.example", ("email", "bob@bücher.example")),
        ("eva@xn--strae-oqa.example", ("email", "eva@straße.example")),
        ("zoe\u0308@example.com", ("email", "zoë@example.com")),
        ("customer my-shop 0017", ("customer", "my-shop", "0017")),
        ("contact 007", ("contact", "7")),
        ("customer my-shop a b ", ("customer", "my-shop", "a b")),
        ("contact of two words", ("contact", "of two words")),
        ("<Ann@example.com>,", ("email", "ann@example.com")),
        ("mailto:ann@example.com", ("email", "ann@example.com")),
        ("ann@ＥＸＡＭＰＬＥ.com", ("email", "ann@example.com")),
        ("no address", None),
        ("Ann <ann@example.com>", None),
        ("customer 17", None),
        ("contact", None),
        ("ann", None),
    ],
)
def test_line_of_each_form_is_parsed(line: str, identifier: tuple[str, ...] | None) -> None:
    assert IDENTIFIERS.parse(line) == identifier


@pytest.mark.parametrize(
    ("kind", "text", "form"),
    [
        ("bigint", "007", "7"),
        ("int", "-07", "-7"),
        ("int", "seven", "seven"),
        (
            "uuid",
            "0A0B0C0D-0000-0000-0000-000000000001",
            "0a0b0c0d-0000-0000-0000-000000000001",
        ),
        ("text", "007", "007"),
        ("text", "Ann", "Ann"),  # not the same person as "ann"
    ],
)
def test_id_of_each_type_is_normalized(kind: str, text: str, form: str) -> None:
    assert normalize_id(text, kind) == form


def test_domain_with_invalid_punycode_is_unchanged() -> None:
    assert normalize_email("a@xn--\u00fc.example") == "a@xn--\u00fc.example"
    assert normalize_email("a@xn--99999999.example") == "a@xn--99999999.example"


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        ("ann@example.com", {"ann@example.com"}),
        # The second form is the key that earlier versions wrote into the list.
        ("\u0130ris@example.com", {"iris@example.com", "i\u0307ris@example.com"}),
        ("\u039d\u0399\u039a\u039f\u03a3@x.gr", {"νικοσ@x.gr", "νικος@x.gr"}),
        ("Bob <bob@example.com>", {"bob@example.com", "bob <bob@example.com>"}),
    ],
)
def test_buyer_is_found_in_lists_of_earlier_versions(written: str, forms: set[str]) -> None:
    found = set(IDENTIFIERS.of_buyer("s", None, None, written, None))
    assert found == {("email", form) for form in forms}


@pytest.mark.parametrize(
    ("text", "identifiers"),
    [
        ("write to <Ann@example.com>, please.", {("email", "ann@example.com")}),
        ("https://x.example/?mail=ann%40example.com&a=b", {("email", "ann@example.com")}),
        (
            '{"customer": {"id": 7, "email": "ann@b\\u00fccher.example"}}',
            {
                ("customer", "s", "7"),
                ("customer", "s", "ann@b\u00fccher.example"),
                ("email", "ann@b\u00fccher.example"),
            },
        ),
        ('[{"Customer_ID": "c-1", "note": null}]', {("customer", "s", "c-1")}),
        ('{"contact_id": "0042"}', {("contact", "42")}),
        ('{"ann@example.com": true}', {("email", "ann@example.com")}),
        (
            "https://x.example/?next=https%3A%2F%2Fy.example%2F%3Fe%3Dann%2540example.com",
            {("email", "ann@example.com")},
        ),
        (
            "*ann@example.com*! \u201cann@example.com\u201d",
            {
                ("email", "ann@example.com"),
                ("email", "*ann@example.com"),
                ("email", "\u201cann@example.com"),
            },
        ),
        (
            "'o'neil@example.com'",
            {("email", "o'neil@example.com"), ("email", "'o'neil@example.com")},
        ),
        ("[" * 100_000 + "ann@example.com", {("email", "ann@example.com")}),
        ("no one at all", set()),
        ("4711", set()),
    ],
)
def test_text_with_addresses_and_ids_yields_identifiers(
    text: str, identifiers: set[tuple[str, ...]]
) -> None:
    assert set(IDENTIFIERS.mentioned(text, "s")) == identifiers
