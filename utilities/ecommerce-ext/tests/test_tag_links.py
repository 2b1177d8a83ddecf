"""``tag-links``: what is tagged, what is left, and that nothing else moves by a byte."""

from __future__ import annotations

import subprocess
import sys
from html import unescape
from typing import TYPE_CHECKING

import pytest
from ecommerce_ext.errors import EcommerceError
from ecommerce_ext.tag_links import Rules, read_rules, tag_html, tag_text
from ecommerce_ext.tag_links.rules import rules_of
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from tap_shopapp.campaign import campaign_fields

if TYPE_CHECKING:
    from pathlib import Path

PARAMETERS = {"utm_source": "letter", "utm_campaign": "spring", "idBatch": "7"}
RULES = Rules(("shop.example", "bücher.example"), PARAMETERS)
QUERY = "utm_source=letter&utm_campaign=spring&idBatch=7"
IN_HTML = QUERY.replace("&", "&amp;")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("https://shop.example", f"https://shop.example?{IN_HTML}"),
        ("https://shop.example/", f"https://shop.example/?{IN_HTML}"),
        ("http://SHOP.example:8080/a#b", f"http://SHOP.example:8080/a?{IN_HTML}#b"),
        ("//www.shop.example/", f"//www.shop.example/?{IN_HTML}"),
        ("https://shop.example./", f"https://shop.example./?{IN_HTML}"),
        ("https://shop.example/?", f"https://shop.example/?{IN_HTML}"),
        ("https://shop.example/?a=1&amp;b", f"https://shop.example/?a=1&amp;b&amp;{IN_HTML}"),
        ("https://shop.example/?a=1&copy=2", f"https://shop.example/?a=1&copy=2&amp;{IN_HTML}"),
        ("https://shop.example/?a&", f"https://shop.example/?a&{IN_HTML}"),
        ("https://shop.example/?a=1&#35;b", f"https://shop.example/?a=1&amp;{IN_HTML}&#35;b"),
        ("https://shop.example/a&num;b", f"https://shop.example/a?{IN_HTML}&num;b"),
        ("https://shop.example/&quest;a", f"https://shop.example/&quest;a&amp;{IN_HTML}"),
        ("https&colon;//shop.example/", f"https&colon;//shop.example/?{IN_HTML}"),
        ("  https://shop.example/a \n", f"  https://shop.example/a?{IN_HTML} \n"),
        ("https://shop.example/#/a?b=1", f"https://shop.example/?{IN_HTML}#/a?b=1"),
        ("https://xn--bcher-kva.example/", f"https://xn--bcher-kva.example/?{IN_HTML}"),
        ("https://B&uuml;cher.example/", f"https://B&uuml;cher.example/?{IN_HTML}"),
        ("https://a@shop.example/", f"https://a@shop.example/?{IN_HTML}"),
        (
            "https://shop.example/?UTM_Campaign=own&amp;idBatch=",
            (
                "https://shop.example/?UTM_Campaign=own&amp;idBatch="
                "&amp;utm_source=letter&amp;idBatch=7"
            ),
        ),
        (
            'https://shop.example/{{ path("a?b#c") }}?x={{#if y}}1{{/if}}',
            'https://shop.example/{{ path("a?b#c") }}?x={{#if y}}1{{/if}}',
        ),
        (
            "https://shop.example/{{ path('a?b#c') }}",
            f"https://shop.example/{{{{ path('a?b#c') }}}}?{IN_HTML}",
        ),
        ("https://shop.example/*|P|*", f"https://shop.example/*|P|*?{IN_HTML}"),
    ],
)
def test_links_to_the_shop_are_tagged_and_others_parts_of_them_stay(
    before: str, after: str
) -> None:
    quote = "'" if '"' in before else '"'
    message = f"<p>\r\n<a\nclass=x HREF = {quote}%s{quote}>a &amp; b</a>"

    assert tag_html(message % before, RULES) == message % after
    assert tag_html(message % after, RULES) == message % after


@pytest.mark.parametrize(
    "link",
    [
        "",
        "#top",
        "mailto:orders@shop.example?subject=Hi",
        "tel:+1",
        "javascript:location='https://shop.example/'",
        "/relative",
        "https://other.example/?to=https://shop.example/",
        "https://notshop.example/",
        "https://shop.example.evil.example/",
        "https://shop.example@evil.example/",
        "https://shop.example\\@evil.example/",
        "https://[shop.example/",
        "https://shop.example/unsubscribe?id=1",
        "https://shop.example/%75nsubscribe",
        "https://shop.example/?next=Opt-Out",
        "{{ link }}",
        "{{ unsubscribe }}",
        "https://{{ host }}/",
        "https://shop.example{{ path }}",
        "https://shop.example/{% if a %}?b=1{% endif %}",
    ],
)
def test_other_links_stay_as_they_are(link: str) -> None:
    for message in (f'<a href="{link}">a</a>', f"{link} "):
        assert tag_html(message, RULES) == message
    if "//shop.example/'" not in link:
        assert tag_text(f"see {link} ", RULES) == f"see {link} "


@pytest.mark.parametrize(
    "message",
    [
        "<script>'<a href=\"https://shop.example/\">'</script>",
        "<style>/* <a href='https://shop.example/'> */</style>",
        "<textarea><a href='https://shop.example/'></textarea>",
        "<!-- <a href='https://shop.example/'> -->",
        "<!-- unclosed <a href='https://shop.example/'>",
        "<img src='https://shop.example/a.png' title='<a href=https://shop.example/>'>",
        "<link href='https://shop.example/a.css'>",
        "<a data-href='https://shop.example/' href='https://other.example/'>",
        "<a href='https://other.example/' href='https://shop.example/'>",
        "<a href='https://shop.example/",
        "https://shop.example/",
        "{{ '<a href=\"https://shop.example/\">' }}",
    ],
)
def test_what_is_no_link_stays_as_it_is(message: str) -> None:
    assert tag_html(message, RULES) == message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<a href=https://shop.example/>", f"<a href=https://shop.example/?{IN_HTML}>"),
        (
            "<AREA shape=rect Href='https://shop.example/'/>",
            f"<AREA shape=rect Href='https://shop.example/?{IN_HTML}'/>",
        ),
        (
            "<a title='>' {% if a > b %}href='https://shop.example/'{% endif %} id=c>",
            (
                f"<a title='>' {{% if a > b %}}href='https://shop.example/?{IN_HTML}'"
                "{% endif %} id=c>"
            ),
        ),
        (
            (
                "<!--[if (gte mso 9)&(lt mso 12)]>\n<v:roundrect href='https://shop.example/'>"
                "<![endif]-->"
            ),
            (
                "<!--[if (gte mso 9)&(lt mso 12)]>\n"
                f"<v:roundrect href='https://shop.example/?{IN_HTML}'><![endif]-->"
            ),
        ),
        (
            "<!--[if !mso]><!--><a href='//shop.example'><!--<![endif]-->",
            f"<!--[if !mso]><!--><a href='//shop.example?{IN_HTML}'><!--<![endif]-->",
        ),
        (
            "<![if !mso]><a href='//shop.example'><![endif]--><![strange[>",
            f"<![if !mso]><a href='//shop.example?{IN_HTML}'><![endif]--><![strange[>",
        ),
        (
            "<a href=a><base href='https://shop.example/b/'><base href='//other.example'>",
            (
                f"<a href=a?{IN_HTML}><base href='https://shop.example/b/'>"
                "<base href='//other.example'>"
            ),
        ),
    ],
)
def test_links_are_found_however_they_are_written(before: str, after: str) -> None:
    assert tag_html(before, RULES) == after
    assert tag_html(after, RULES) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("See https://shop.example/a.", f"See https://shop.example/a?{QUERY}."),
        ("Seen https://shop.example/a?", f"Seen https://shop.example/a?{QUERY}?"),
        ("(HTTPS://shop.example/a)", f"(HTTPS://shop.example/a?{QUERY})"),
        ("https://shop.example/a_(b)!", f"https://shop.example/a_(b)?{QUERY}!"),
        ("<http://shop.example/?a=1&b#c>", f"<http://shop.example/?a=1&b&{QUERY}#c>"),
        ("[x](https://shop.example/)", f"[x](https://shop.example/?{QUERY})"),
        (
            "https://shop.example/{{ a b }}\nhttps://other.example",
            f"https://shop.example/{{{{ a b }}}}?{QUERY}\nhttps://other.example",
        ),
        ("xhttps://shop.example/ ://shop.example", "xhttps://shop.example/ ://shop.example"),
    ],
)
def test_links_in_text_end_where_their_sentence_goes_on(before: str, after: str) -> None:
    assert tag_text(before, RULES) == after
    assert tag_text(after, RULES) == after


@pytest.mark.parametrize("placeholder", ["{{idSendLog}}", "{{ id | x: '?#' }}", "%%ID%%"])
def test_placeholders_of_the_mailer_stay_verbatim(placeholder: str) -> None:
    values = {"utm_campaign": "a b", "idSendLog": placeholder, "idBatch": "7"}
    rules = rules_of({"domains": ["shop.example"]}, values)
    query = (
        "utm_source=dialoginsight&amp;utm_medium=email&amp;utm_campaign=a%20b"
        f"&amp;idSendLog={placeholder}&amp;idBatch=7"
    )

    once = tag_html('<a href="https://shop.example/">', rules)

    assert once == f'<a href="https://shop.example/?{query}">'
    assert tag_html(once, rules) == once


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
# Pieces that a parser has to be on its guard against.
junk = st.lists(
    st.sampled_from(
        [
            *("<", ">", "=", "&", "'", '"', "/", "!", "-", "<!--", "-->", "<!", "<![if", "]>"),
            *("<a ", "<p>", "</a>", " href=", "<base ", "<script>", "</script>", "<?php", "?>"),
            *("{{", "}}", "{%", "%}", "%%", "[[", "]]", "*|", "&amp;", "&copy", "#", "?"),
            *("\n", "\r\n", "\t", " ", "é", "ﬀ", "İ", "https://shop.example/", "shop.example"),
        ]
    ),
    max_size=30,
).map("".join)
MARK = "utm_source=letter"


@settings(max_examples=300)
@given(junk)
def test_nothing_is_changed_but_by_what_is_inserted(message: str) -> None:
    for tag, ampersand in ((tag_html, "&amp;"), (tag_text, "&")):
        rules = Rules(("shop.example",), {"utm_source": "letter"})
        tagged = tag(message, rules)

        assert tag(tagged, rules) == tagged
        for lead in ("?", ampersand, ""):
            tagged = tagged.replace(lead + MARK, "")
        assert tagged.replace("?", "").replace("&", "") == message.replace("?", "").replace(
            "&", ""
        )


paths = st.text("ab/._~-%2F;=,", max_size=8).map(lambda path: f"/{path}")
queries = st.one_of(
    st.just(""), st.lists(words, max_size=3).map(lambda names: "?" + "&".join(names))
)
hosts = st.sampled_from(
    ["https://shop.example", "//www.shop.example:81", "https://other.example", "mailto:a@b"]
)
links = st.tuples(hosts, paths, queries).map("".join)


@given(st.lists(st.tuples(words, links, st.sampled_from("\"'")), max_size=5))
def test_a_browser_sees_no_difference_but_in_the_shops_links(
    parts: list[tuple[str, str, str]],
) -> None:
    escaped = {"&": "&amp;", "<": "&lt;", '"': "&quot;", "'": "&#39;"}
    table = str.maketrans(escaped)
    message = "".join(
        f"<p title={quote}{word.translate(table)}{quote}>{word.translate(table)}"
        f"<a x href={quote}{link.translate(table)}{quote}>{word.translate(table)}</a>"
        for word, link, quote in parts
    )

    before, after = LexborHTMLParser(message), LexborHTMLParser(tag_html(message, RULES))

    assert len(before.css("*")) == len(after.css("*"))
    for old, new in zip(before.css("*"), after.css("*"), strict=True):
        assert old.text() == new.text()
        was, now = old.attributes.get("href"), new.attributes.get("href")
        assert {**old.attributes, "href": now} == {"href": now, **new.attributes}
        if was and "shop.example" in was:
            assert now
            assert campaign_fields(now, {}) | {"id_batch": "7"} == {
                **campaign_fields(was, {}),
                **{
                    name: campaign_fields(was, {})[name] or value
                    for name, value in (("utm_source", "letter"), ("utm_campaign", "spring"))
                },
                "id_batch": "7",
            }
        else:
            assert now == was


@given(words, words, st.integers(0, 2**63 - 1), st.integers(0, 2**31 - 1))
def test_the_tap_reads_back_what_a_link_was_tagged_with(
    source: str, campaign: str, id_send_log: int, id_batch: int
) -> None:
    values = {
        "utm_source": source,
        "utm_campaign": campaign,
        "idSendLog": str(id_send_log),
        "idBatch": str(id_batch),
    }
    rules = rules_of({"domains": ["shop.example"]}, values)
    link = "https://shop.example/a?b=1#c"

    in_html = unescape(tag_html(f"<a href='{link}'>", rules)).split("'")[1]
    in_text = tag_text(f"{link} ", rules).removesuffix(" ")

    assert in_html == in_text
    assert campaign_fields(in_html, {}) == {
        "utm_source": source,
        "utm_medium": "email",
        "utm_campaign": campaign,
        "utm_content": None,
        "utm_term": None,
        "id_send_log": str(id_send_log),
        "id_batch": str(id_batch),
        "id_visit": None,
    }


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
