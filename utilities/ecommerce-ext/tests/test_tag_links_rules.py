"""``tag-links``: the rules file and the command."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from ecommerce_ext.errors import EcommerceError
from ecommerce_ext.tag_links import Rules, read_rules, tag_html, tag_text
from ecommerce_ext.tag_links.rules import rules_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("content", "values", "problems"),
    [
        (None, {"utm_campaign": "a", "idSendLog": "1", "idBatch": "1"}, ["name no domains"]),
        (
            {"domains": ["https://shop.example"], "utm": 1},
            {},
            [
                "Unknown rule 'utm'.",
                "'https://shop.example' is not a domain.",
                "utm_campaign has no value.",
                "idSendLog has no value.",
                "idBatch has no value.",
            ],
        ),
        (
            {"domains": ["a"], "parameters": {"utm_campaign": 7, "idBatch": "x", "b": 1}},
            {"idSendLog": "{{id}}"},
            ["idBatch is 'x'.", "Unknown parameter 'b'."],
        ),
        (
            {"domains": ["a"], "parameters": [1], "except": "x"},
            {"utm_campaign": "a", "idSendLog": "1", "idBatch": "1"},
            ["parameters is not a mapping.", "except is not a list of texts."],
        ),
    ],
)
def test_rules_with_several_problems_report_all(
    content: object, values: dict[str, str], problems: list[str]
) -> None:
    with pytest.raises(EcommerceError) as caught:
        rules_of(content, values)

    found = [str(problem) for problem in caught.value.problems]
    assert len(found) == len(problems), found
    assert all(problem in one for problem, one in zip(problems, found, strict=True)), found


def test_rules_file_overrides_defaults_and_null_omits_a_parameter(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(
        "domains: [Shop.Example, xn--bcher-kva.example]\n"
        "except: [Goodbye]\nparameters: {idSendLog: null, idBatch: 7}\n"
    )

    assert read_rules(path, {"utm_campaign": "a&b"}) == Rules(
        ("shop.example", "bücher.example"),
        {
            "utm_source": "dialoginsight",
            "utm_medium": "email",
            "utm_campaign": "a%26b",
            "idBatch": "7",
        },
        ("goodbye",),
    )


PLACEHOLDERS = [
    *("%SENDID%", "%SEND_ID%", "%recipient.id%", "%send-id%"),
    *("{SENDID}", "{send_id}", "{$send_id}", "{subscriber.id}", "{send:id}", "{ID|0}"),
    *("[SENDID]", "[subscriber:id]", "[SendId,fallback=0]", "[Numéro]", "$[UD:SENDID]$"),
    *("$SENDID$", "$send_id$", "$subscriber.id$"),
    *("{{idSendLog}}", "{{{id}}}", "{{ send.id | default: 0 }}", "%%ID%%", "%%=v(@id)=%%"),
    *("*|ID|*", "[[ID]]", "${id}", "<%= id %>", "%%Send Id%%"),
]


@pytest.mark.parametrize("placeholder", PLACEHOLDERS)
def test_placeholder_as_id_is_written_verbatim(placeholder: str) -> None:
    values = {"utm_campaign": "a", "idSendLog": placeholder, "idBatch": "7"}
    query = f"utm_source=dialoginsight&utm_medium=email&utm_campaign=a&idSendLog={placeholder}"
    rules = rules_of({"domains": ["shop.example"]}, values)

    in_html = tag_html("<a href='https://shop.example/'>", rules)
    in_text = tag_text("See https://shop.example/ now.", rules)

    in_attribute = query.replace("&", "&amp;")
    assert in_html == f"<a href='https://shop.example/?{in_attribute}&amp;idBatch=7'>"
    assert in_text == f"See https://shop.example/?{query}&idBatch=7 now."
    assert tag_html(in_html, rules) == in_html
    assert tag_text(in_text, rules) == in_text


@pytest.mark.parametrize(
    "placeholder", ["%CAMPAIGN%", "{CAMPAIGN}", "[CAMPAIGN]", "$CAMPAIGN$"]
)
def test_placeholder_as_campaign_is_written_verbatim(placeholder: str) -> None:
    values = {"utm_campaign": placeholder, "idSendLog": "1", "idBatch": "7"}

    rules = rules_of({"domains": ["shop.example"]}, values)

    assert rules.parameters["utm_campaign"] == placeholder


@pytest.mark.parametrize(
    ("campaign", "encoded"),
    [
        ("100% of {A}", "100%25%20of%20%7BA%7D"),
        ("[sale] now", "%5Bsale%5D%20now"),
        ("%20%", "%2520%25"),
        ("$5$", "%245%24"),
        ("{a&b}", "%7Ba%26b%7D"),
    ],
)
def test_campaign_that_resembles_a_placeholder_is_encoded(campaign: str, encoded: str) -> None:
    values = {"utm_campaign": campaign, "idSendLog": "1", "idBatch": "7"}

    rules = rules_of({"domains": ["shop.example"]}, values)

    assert rules.parameters["utm_campaign"] == encoded


@pytest.mark.parametrize(
    "value",
    [
        *("%", "%%", "%ID", "ID%", "%20%", "%a b%", "{}", "{ID", "ID}", "{a b}", "{1}", "{ID]"),
        *("[]", "[ID", "[7]", "[a&b]", "$$", "$ID", "$5$", "$a b$", "{'a'}", "[a#b]", "x{ID}"),
        *("seven", "7.0", "-7", "٧"),
    ],
)
def test_id_that_is_neither_number_nor_placeholder_is_refused(value: str) -> None:
    values = {"utm_campaign": "a", "idSendLog": value, "idBatch": "7"}

    with pytest.raises(EcommerceError, match=r"^idSendLog is "):
        rules_of({"domains": ["shop.example"]}, values)


@pytest.mark.parametrize(
    "placeholder", ["[ID]", "{ID}", "%ID%", "*|ID|*", "{{ID}}", "%%ID%%", "[[ID]]"]
)
def test_placeholder_without_quotation_marks_is_explained(
    tmp_path: Path, placeholder: str
) -> None:
    path = tmp_path / "rules.yml"
    values = {"utm_campaign": "a", "idSendLog": "1"}
    path.write_text(f"domains: [shop.example]\nparameters:\n  idBatch: {placeholder}\n")

    with pytest.raises(EcommerceError, match="in quotation marks"):
        read_rules(path, values)

    path.write_text(f"domains: [shop.example]\nparameters:\n  idBatch: '{placeholder}'\n")
    assert read_rules(path, values).parameters["idBatch"] == placeholder


def test_command_preserves_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "tag-links.yml").write_text("domains: [shop.example]")
    letter = tmp_path / "letter.html"
    letter.write_bytes(b"\xef\xbb\xbf\xe9\r\n<a href='https://shop.example/\xe9'>\r\n\x00")
    values = [f"--set={each}" for each in ("utm_campaign=a", "idSendLog=1", "idBatch=2")]
    query = b"utm_source=dialoginsight&utm_medium=email&utm_campaign=a&idSendLog=1&idBatch=2"

    in_html = _tag_links(tmp_path, *values, str(letter))
    in_text = _tag_links(tmp_path, *values, "--text", message=b"https://shop.example\r\n")

    assert in_html.stdout == letter.read_bytes().replace(
        b"/\xe9'", b"/\xe9?" + query.replace(b"&", b"&amp;") + b"'"
    )
    assert in_text.stdout == b"https://shop.example?" + query + b"\r\n"


def test_command_reports_missing_or_invalid_input(tmp_path: Path) -> None:
    assert b"There is no file" in _tag_links(tmp_path).stderr
    (tmp_path / "tag-links.yml").write_text("domains: [")
    assert b"cannot be read" in _tag_links(tmp_path).stderr
    (tmp_path / "tag-links.yml").write_text("domains: [a]\nparameters: {idSendLog: null}")
    values = ["--set=utm_campaign=a", "--set=idBatch=1"]
    assert _tag_links(tmp_path, *values, "--set=x").stderr.startswith(b"'x' has no value.")
    wide = _tag_links(tmp_path, *values, message="<a>".encode("utf-16"))
    assert wide.stderr == b"The message is UTF-16. Save it as UTF-8.\n"


def _tag_links(
    project: Path, *arguments: str, message: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "ecommerce_ext", "tag-links", *arguments],
        env={"ECOMMERCE_PROJECT_DIR": str(project)},
        input=message,
        capture_output=True,
        check=False,
    )
