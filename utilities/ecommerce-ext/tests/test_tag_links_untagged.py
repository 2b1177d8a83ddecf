"""``tag-links`` reports the number of tagged links, and why it leaves others unchanged."""

from __future__ import annotations

import base64
import os
import quopri
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
QUERY = "utm_source=dialoginsight&amp;utm_medium=email&amp;utm_campaign=spring&amp;idBatch=1"
OR_ALLOW = ", or add --allow-untagged if the message needs no tagged link."
ADD_LINK = f"Add a link that begins with https:// and the shop's domain{OR_ALLOW}"
ADD_DOMAIN = f"Add the shop's domain to `domains` in the rules{OR_ALLOW}"
WRITE_DOMAIN = f"Write the shop's domain into the links{OR_ALLOW}"
LINK = '<a href="https://shop.example/tea">x</a>'


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param("*|IF:VIP|*?v=1*|END:IF|*", id="Mailchimp"),
        pytest.param("%%[if @v then]%%?v=1%%[endif]%%", id="AMPscript"),
        pytest.param("#if($vip)?v=1#end", id="Velocity"),
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
    ("message", "summary", "instruction"),
    [
        pytest.param("", "the message has no links", ADD_LINK, id="empty"),
        pytest.param("<p>Tea!</p>", "the message has no links", ADD_LINK, id="no links"),
        pytest.param(
            "Content-Transfer-Encoding: quoted-printable\n\n"
            '<a href=3D"https://shop.example/tea?x=3D1">x</a>\n',
            "1 without a domain",
            "Decode the message first: its source is quoted-printable.",
            id="quoted-printable",
        ),
        pytest.param(
            quopri.encodestring(f"<p>Thé</p>{LINK}".encode()).decode(),
            "1 without a domain",
            "Decode the message first: its source is quoted-printable.",
            id="quoted-printable without a header",
        ),
        pytest.param(
            f"Content-Transfer-Encoding: base64\n\n{base64.b64encode(LINK.encode()).decode()}",
            "the message has no links",
            "Decode the message first: its source is base64.",
            id="base64",
        ),
        pytest.param(
            "Tea: https://shop.example/tea",
            "the message has no links",
            "If the message is plain text, add --text.",
            id="plain text",
        ),
        pytest.param(
            '<a href="https://shop.exmaple/tea">x</a>\n',
            "1 to other domains (shop.exmaple)",
            ADD_DOMAIN,
            id="misspelt domain",
        ),
        pytest.param(
            "".join(f"<a href='https://{name}.example/{name}'>x</a>" for name in "abacdefg"),
            "8 to other domains (a.example, b.example, c.example, d.example, e.example, …)",
            ADD_DOMAIN,
            id="many domains",
        ),
        pytest.param(
            '<a href="mailto:tea@shop.example">x</a><a href="tel:+1">x</a>',
            "2 with another scheme (mailto, tel)",
            ADD_LINK,
            id="other schemes",
        ),
        pytest.param(
            '<a href="/tea">x</a><a href="#top">x</a><a href="">x</a>',
            "3 without a domain",
            WRITE_DOMAIN,
            id="relative links",
        ),
        pytest.param(
            '<a href="{{ link }}">x</a><a href="https://{{ host }}/tea">x</a>',
            "2 with a placeholder as scheme or host",
            WRITE_DOMAIN,
            id="placeholders",
        ),
        pytest.param(
            '<a href="https://shop.example/Unsubscribe?a=1">x</a>',
            "1 excluded by the rule `except` (unsubscribe)",
            f"Change `except` in the rules{OR_ALLOW}",
            id="exception",
        ),
        pytest.param(
            '<a href="https://me:secret@shop.example/a{% if b %}?c{% endif %}">x</a>'
            '<a href="https://other.example/a{% if b %}?c{% endif %}">x</a>',
            "1 with a condition of the mailer (https://shop.example/a…), 1 to other domains"
            " (other.example)",
            f"Write each condition around the whole link{OR_ALLOW}",
            id="conditions",
        ),
        pytest.param(
            '<a href="https://shop.example/?utm_source=a&amp;utm_medium=b&amp;'
            'utm_campaign=autumn&amp;idBatch=2">x</a>',
            "1 with other values of these parameters",
            f"Remove the parameters of another message from the links{OR_ALLOW}",
            id="values of the last message",
        ),
        pytest.param(
            '<a href="https:\\\\shop.example">x</a><a href="https://[shop.example/">x</a>',
            "2 that cannot be read",
            ADD_LINK,
            id="broken links",
        ),
        pytest.param(
            f"<!-- {LINK} --><script>'{LINK}'</script><link href='https://shop.example/a'>",
            "the message has no links",
            ADD_LINK,
            id="links that readers do not see",
        ),
        pytest.param(
            '<a href="https://a\x1bc.example/">x</a>',
            "1 to other domains (a?c.example)",
            ADD_DOMAIN,
            id="control characters",
        ),
    ],
)
def test_message_without_a_tagged_link_is_reported(
    tmp_path: Path, message: str, summary: str, instruction: str
) -> None:
    done = _tag_links(tmp_path, message)

    assert done.stdout == message
    assert done.stderr == f"No link was tagged: {summary}. {instruction}\n"
    assert done.returncode == 1


def test_untagged_text_message_is_reported(tmp_path: Path) -> None:
    done = _tag_links(tmp_path, "Tea: shop.example/tea", "--text")

    assert done.stderr == f"No link was tagged: the message has no links. {ADD_LINK}\n"
    assert done.returncode == 1


def test_untagged_message_is_accepted_with_the_option(tmp_path: Path) -> None:
    done = _tag_links(tmp_path, "<p>Tea!</p>", "--allow-untagged")

    assert done.stdout == "<p>Tea!</p>"
    assert done.stderr == "No link was tagged: the message has no links.\n"
    assert done.returncode == 0


def test_tagged_and_other_links_are_counted(tmp_path: Path) -> None:
    message = f'{LINK}<a href="#top">x</a><a href="https://other.example/">x</a>{LINK}'

    done = _tag_links(tmp_path, message)

    assert done.stdout == message.replace("/tea", f"/tea?{QUERY}")
    assert done.stderr == (
        "2 links are tagged; not tagged: 1 to other domains (other.example), 1 without a"
        " domain.\n"
    )
    assert done.returncode == 0


def test_second_run_counts_links_of_the_first_as_tagged(tmp_path: Path) -> None:
    first = _tag_links(tmp_path, LINK, "--set", "idSendLog=%%=v(@job)=%%")

    second = _tag_links(tmp_path, first.stdout, "--set", "idSendLog=%%=v(@job)=%%")

    assert second.stdout == first.stdout != LINK
    assert second.stderr == first.stderr == "1 link is tagged.\n"
    assert second.returncode == first.returncode == 0


def _tag_links(
    project: Path, message: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    (project / "tag-links.yml").write_text(RULES)
    done = subprocess.run(
        [BIN / "ecommerce", "tag-links", *arguments],
        input=message.encode(),
        env=os.environ | {"ECOMMERCE_PROJECT_DIR": str(project)},
        capture_output=True,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )
