"""``tag-links`` on random messages: it only inserts parameters, which the tap reads back."""

from __future__ import annotations

from html import unescape

from ecommerce_ext.tag_links import Rules, tag_html, tag_text
from ecommerce_ext.tag_links.links import STATEMENT, VALUE
from ecommerce_ext.tag_links.rules import rules_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from tap_shopapp.records.campaign import campaign_fields

RULES = Rules(
    ("shop.example", "bücher.example"),
    {"utm_source": "letter", "utm_campaign": "spring", "idBatch": "7"},
)
# A link with the internal marks of template tags is not tagged, so they are excluded.
letters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=VALUE + STATEMENT)
words = st.text(letters, min_size=1, max_size=12)
# Text that is difficult for a parser.
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


# A busy machine generates slowly.
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(junk)
def test_tagging_only_inserts_parameters(message: str) -> None:
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
# Not tagged: a backslash can be part of a script; template code can be a condition; exceptions.
# Hypothesis finds these texts, because it draws constants of the code under test.
untagged = [
    *("\\", "{", "[", "*|", "%%[", "#if", "<", "@if", "$if", "|if"),
    *("unsubscribe", "opt-out", "optout", "desabonn", "désabonn", "abmelden"),
]
links = (
    st.tuples(hosts, paths, queries)
    .map("".join)
    .filter(lambda link: not any(text in link.casefold() for text in untagged))
)


@given(st.lists(st.tuples(words, links, st.sampled_from("\"'")), max_size=5))
def test_tagged_message_differs_in_links_to_the_shop_only(
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
        before_link, after_link = old.attributes.get("href"), new.attributes.get("href")
        assert {**old.attributes, "href": after_link} == {"href": after_link, **new.attributes}
        if before_link and "shop.example" in before_link:
            assert after_link
            assert campaign_fields(after_link, None, {}) | {"id_batch": "7"} == {
                **campaign_fields(before_link, None, {}),
                **{
                    name: campaign_fields(before_link, None, {})[name] or value
                    for name, value in (("utm_source", "letter"), ("utm_campaign", "spring"))
                },
                "id_batch": "7",
            }
        else:
            assert after_link == before_link


@given(words, words, st.integers(0, 2**63 - 1), st.integers(0, 2**31 - 1))
def test_tap_reads_back_the_inserted_parameters(
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
    assert campaign_fields(in_html, None, {}) == {
        "utm_source": source,
        "utm_medium": "email",
        "utm_campaign": campaign,
        "utm_content": None,
        "utm_term": None,
        "id_send_log": str(id_send_log),
        "id_batch": str(id_batch),
        "id_visit": None,
    }
