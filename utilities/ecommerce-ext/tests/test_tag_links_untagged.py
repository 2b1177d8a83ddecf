"""Links that tag-links must not tag, and messages in which it finds no link to tag.

The tests that are expected to fail describe errors that the command does not report yet.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ecommerce_ext.tag_links import read_rules, tag_html

BIN = Path(sys.executable).parent
RULES = """
domains: [shop.example]
parameters: {utm_campaign: spring, idBatch: 1, idSendLog: null}
"""
untagged = pytest.mark.xfail(
    strict=True, reason="Conditions in links and untagged messages are not detected yet."
)


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param("*|IF:VIP|*?v=1*|END:IF|*", marks=untagged, id="Mailchimp"),
        pytest.param("%%[if @v then]%%?v=1%%[endif]%%", marks=untagged, id="AMPscript"),
        pytest.param("#if($vip)?v=1#end", marks=untagged, id="Velocity"),
        pytest.param("{% if vip %}?v=1{% endif %}", id="Liquid"),
    ],
)
def test_link_with_a_condition_is_unchanged(tmp_path: Path, condition: str) -> None:
    """The condition decides whether the address has a query."""
    file = tmp_path / "tag-links.yml"
    file.write_text(RULES)
    link = f'<a href="https://shop.example/tea{condition}">x</a>'

    assert tag_html(link, read_rules(file, {})) == link


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(
            "Content-Transfer-Encoding: quoted-printable\n\n"
            '<a href=3D"https://shop.example/tea?x=3D1">x</a>\n',
            id="quoted-printable",
        ),
        pytest.param('<a href="https://shop.exmaple/tea">x</a>\n', id="misspelt domain"),
    ],
)
@untagged
def test_message_without_a_tagged_link_is_reported(tmp_path: Path, message: str) -> None:
    (tmp_path / "tag-links.yml").write_text(RULES)

    done = subprocess.run(
        [BIN / "ecommerce", "tag-links"],
        input=message,
        env=os.environ | {"ECOMMERCE_PROJECT_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == message
    assert done.stderr
