"""``tag-links``: the file of its rules, and the command."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from ecommerce_ext.errors import EcommerceError
from ecommerce_ext.tag_links import Rules, read_rules
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
                "There is no rule 'utm'.",
                "'https://shop.example' is no domain.",
                "utm_campaign has no value.",
                "idSendLog has no value.",
                "idBatch has no value.",
            ],
        ),
        (
            {"domains": ["a"], "parameters": {"utm_campaign": 7, "idBatch": "x", "b": 1}},
            {"idSendLog": "{{id}}"},
            ["idBatch is 'x'.", "Links have no parameter 'b'."],
        ),
        (
            {"domains": ["a"], "parameters": [1], "except": "x"},
            {"utm_campaign": "a", "idSendLog": "1", "idBatch": "1"},
            ["parameters is no mapping.", "except is no list of texts."],
        ),
    ],
)
def test_rules_that_are_wrong_are_told_all_at_once(
    content: object, values: dict[str, str], problems: list[str]
) -> None:
    with pytest.raises(EcommerceError) as caught:
        rules_of(content, values)

    found = [str(problem) for problem in caught.value.problems]
    assert len(found) == len(problems), found
    assert all(problem in one for problem, one in zip(problems, found, strict=True)), found


def test_a_rules_file_has_the_vendors_defaults_and_null_leaves_out(tmp_path: Path) -> None:
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


def test_the_command_keeps_bytes_that_are_no_unicode(tmp_path: Path) -> None:
    (tmp_path / "tag-links.yml").write_text("domains: [shop.example]")
    letter = tmp_path / "letter.html"
    letter.write_bytes(b"\xef\xbb\xbf\xe9\r\n<a href='https://shop.example/\xe9'>\r\n\x00")
    values = [f"--set={each}" for each in ("utm_campaign=a", "idSendLog=1", "idBatch=2")]
    query = b"utm_source=dialoginsight&utm_medium=email&utm_campaign=a&idSendLog=1&idBatch=2"

    in_html = _tag_links(tmp_path, *values, str(letter))
    in_text = _tag_links(tmp_path, *values, "--text", given=b"https://shop.example\r\n")

    assert in_html.stdout == letter.read_bytes().replace(
        b"/\xe9'", b"/\xe9?" + query.replace(b"&", b"&amp;") + b"'"
    )
    assert in_text.stdout == b"https://shop.example?" + query + b"\r\n"


def test_the_command_says_what_it_lacks(tmp_path: Path) -> None:
    assert b"There is no file" in _tag_links(tmp_path).stderr
    (tmp_path / "tag-links.yml").write_text("domains: [")
    assert b"cannot be read" in _tag_links(tmp_path).stderr
    (tmp_path / "tag-links.yml").write_text("domains: [a]\nparameters: {idSendLog: null}")
    values = ["--set=utm_campaign=a", "--set=idBatch=1"]
    assert _tag_links(tmp_path, *values, "--set=x").stderr.startswith(b"'x' sets nothing.")
    wide = _tag_links(tmp_path, *values, given="<a>".encode("utf-16"))
    assert wide.stderr == b"The message is UTF-16. Save it as UTF-8.\n"


def _tag_links(
    project: Path, *arguments: str, given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "ecommerce_ext", "tag-links", *arguments],
        env={"ECOMMERCE_PROJECT_DIR": str(project)},
        input=given,
        capture_output=True,
        check=False,
    )
