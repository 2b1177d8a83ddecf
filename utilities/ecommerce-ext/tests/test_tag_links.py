"""``tag-links``: which links are tagged, and that no other byte changes."""

from __future__ import annotations

import pytest
from ecommerce_ext.tag_links import Rules, tag_html, tag_text
from ecommerce_ext.tag_links.rules import rules_of

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
def test_link_to_the_shop_is_tagged_without_other_changes(before: str, after: str) -> None:
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
def test_link_to_another_address_is_unchanged(link: str) -> None:
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
def test_text_that_is_not_a_link_is_unchanged(message: str) -> None:
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
def test_link_in_unusual_markup_is_tagged(before: str, after: str) -> None:
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
def test_link_in_text_ends_before_punctuation(before: str, after: str) -> None:
    assert tag_text(before, RULES) == after
    assert tag_text(after, RULES) == after


@pytest.mark.parametrize("placeholder", ["{{idSendLog}}", "{{ id | x: '?#' }}", "%%ID%%"])
def test_placeholder_of_the_mailer_is_inserted_verbatim(placeholder: str) -> None:
    values = {"utm_campaign": "a b", "idSendLog": placeholder, "idBatch": "7"}
    rules = rules_of({"domains": ["shop.example"]}, values)
    query = (
        "utm_source=dialoginsight&amp;utm_medium=email&amp;utm_campaign=a%20b"
        f"&amp;idSendLog={placeholder}&amp;idBatch=7"
    )

    once = tag_html('<a href="https://shop.example/">', rules)

    assert once == f'<a href="https://shop.example/?{query}">'
    assert tag_html(once, rules) == once
