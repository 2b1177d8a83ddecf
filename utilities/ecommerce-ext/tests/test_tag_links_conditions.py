"""Links in which a condition of the mailer decides the address stay unchanged.

The conditions follow the manuals of the mailers. Most of them add the `?` for some readers
only, so that no place in the link is right for all readers.
"""

from __future__ import annotations

from urllib.parse import quote

import pytest
from ecommerce_ext.tag_links import Rules, tag_html, tag_text
from ecommerce_ext.tag_links.html import tag_html_links
from ecommerce_ext.tag_links.links import Status
from ecommerce_ext.tag_links.text import tag_text_links

RULES = Rules(("shop.example",), {"utm_source": "letter", "idBatch": "7"})
CONDITIONS = {
    "Mailchimp": "*|IF:VIP|*?v=1*|END:IF|*",
    "Mailchimp else": "*|IF:VIP=x|*?v=1*|ELSEIF:VIP=y|*?v=2*|ELSE:|**|END:IF|*",
    "Mailchimp not": "*|IFNOT:VIP|*?v=1*|END:IF|*",
    "Mailchimp comparison": "*|IF:TXNS >= 20|*?v=1*|END:IF|*",
    "Mailchimp group": "*|INTERESTED:Tea lovers:Green|*?v=1*|END:INTERESTED|*",
    "AMPscript": "%%[if @v then]%%?v=1%%[endif]%%",
    "AMPscript function": "%%[ IF NOT EMPTY(@v) THEN ]%%?v=1%%[ ELSE ]%%/x%%[ ENDIF ]%%",
    "AMPscript comparison": "%%[ if @n > 2 then ]%%?v=1%%[ endif ]%%",
    "AMPscript inline": "%%=IIF(@vip == 1, '?v=1', '')=%%",
    "AMPscript variable": "%%=v(@query)=%%",
    "Handlebars": "{{#if vip}}?v=1{{/if}}",
    "Handlebars else": "{{#if vip}}?v=1{{else}}?v=2{{/if}}",
    "Handlebars unless": "{{~#unless vip~}}?v=1{{~/unless~}}",
    "Handlebars partial": "{{> query}}",
    "SendGrid": "{{#greaterThan n 2}}?v=1{{/greaterThan}}",
    "Mustache inverted": "{{^vip}}?v=1{{/vip}}",
    "Go": "{{if .Vip}}?v=1{{end}}",
    "Go trimmed": "{{- with .Query -}}?v={{.}}{{- end -}}",
    "SparkPost": "{{ if vip }}?v=1{{ else }}?v=2{{ end }}",
    "GetResponse": "{{IF `(pet STRING_EQ 'dog')`}}?v=1{{ELSE}}/x{{ENDIF}}",
    "ReachMail": "{{% IF state = 'IL'}}?v=1{{% END IF }}",
    "Liquid": "{% if vip %}?v=1{% endif %}",
    "Liquid trimmed": "{%- unless vip -%}?v=1{%- endunless -%}",
    "Liquid case": "{% case n %}{% when 1 %}?v=1{% endcase %}",
    "Jinja expression": "{{ '?v=1' if vip else '' }}",
    "Twig expression": "{{ vip ? '?v=1' : '' }}",
    "Journey Optimizer": "{%#if profile.vip%}?v=1{%/if%}",
    "Velocity": "#if($vip)?v=1#end",
    "Velocity spaces": "#if ($n > 1)?v=1#{else}?v=2#end",
    "Velocity loop": "#foreach($q in $queries)$q#end",
    "Velocity assignment": "#set($q = '?v=1')$q",
    "FreeMarker": "<#if vip>?v=1</#if>",
    "FreeMarker brackets": "[#if vip]?v=1[/#if]",
    "FreeMarker expression": "${vip?then('?v=1', '')}",
    "FreeMarker string": "${vip?string('?v=1', '')}",
    "expression language": "${vip ? '?v=1' : ''}",
    "Smarty": "{if $vip}?v=1{/if}",
    "Smarty loop": "{foreach $list as $x}{$x}{/foreach}",
    "Svelte style": "{#if vip}?v=1{:else}/x{/if}",
    "ActiveCampaign": "%IF $VIP = 1%?v=1%ELSE%?v=2%/IF%",
    "Campaign Monitor": "[if:vip=yes]?v=1[else]?v=2[endif]",
    "Sendmachine": "[[IF:IS_CLIENT]]?v=1[[ELSE]]?v=2[[ENDIF]]",
    "Inxmail": "[%if Column('x')='1']?v=1[%else]?v=2[%endif]",
    "Template Toolkit": "[% IF vip %]?v=1[% END %]",
    "Selligent": "[%if([MASTER.VIP]='1','?v=1','')%]",
    "Adestra": "[* IF data('vip') *]?v=1[* END *]",
    "Siebel": "$(if [Field: Vip])?v=1$(endif)",
    "StringTemplate": "$if(vip)$?v=1$endif$",
    "Lyris": "%%if vip%%?v=1%%endif%%",
    "ERB": "<% if vip %>?v=1<% end %>",
    "ERB expression": "<%= vip ? '?v=1' : '' %>",
    "PHP": "<?php if ($vip): ?>?v=1<?php endif ?>",
    "JSP": "<c:if test='${vip}'>?v=1</c:if>",
    "Thymeleaf": "[# th:if='${vip}']?v=1[/]",
    "Razor": "@if(Model.Vip){<text>?v=1</text>}",
}
conditions = pytest.mark.parametrize("condition", CONDITIONS.values(), ids=CONDITIONS)


@conditions
@pytest.mark.parametrize(
    "link",
    [
        "https://shop.example/tea%s",
        "https://shop.example/tea?a=1%s",
        "https://shop.example/%s/tea#top",
        "https://shop.example%s",
        "%shttps://shop.example/tea",
    ],
)
def test_link_with_a_condition_is_unchanged_and_reported(link: str, condition: str) -> None:
    mark = "'" if '"' in condition else '"'
    message = f"<p><a class=x href={mark}{link % condition}{mark}>x</a>"

    tagged = tag_html_links(message, RULES)

    assert tagged.message == message
    assert [found.status for found in tagged.links] == [Status.CONDITION]


@conditions
def test_link_with_a_condition_is_unchanged_in_other_notations(condition: str) -> None:
    link = f"https://shop.example/tea{condition}"
    escaped = link.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")
    messages = [
        f"<a href='{link}'>x</a>",  # A quote in the condition ends the link.
        f'<a href="{escaped}">x</a>',
        f'<a href="{escaped.replace("|", "&#124;")}">x</a>',
        f'<area href="{link}">',
        f'<!--[if mso]><v:rect href="{link}"></v:rect><![endif]-->',
        f'<base href="https://shop.example/"><a href="tea{condition}">',
    ]
    for message in messages:
        assert tag_html(message, RULES) == message


@conditions
def test_text_link_with_a_condition_is_unchanged(condition: str) -> None:
    message = f"Tea:\r\nhttps://shop.example/tea{condition}\r\nThe shop."

    assert tag_text(message, RULES) == message


@pytest.mark.parametrize(
    "condition",
    [
        "*%7CIF:VIP%7C*?v=1*%7CEND:IF%7C*",
        quote("{{#if vip}}?v=1{{/if}}"),
        quote("{% if vip %}?v=1{% endif %}"),
        quote("%%[if @v then]%%?v=1%%[endif]%%"),
    ],
)
def test_link_with_a_percent_encoded_condition_is_unchanged(condition: str) -> None:
    message = f'<a href="https://shop.example/tea{condition}">x</a>'

    assert tag_html(message, RULES) == message


@pytest.mark.parametrize(
    "message",
    [
        "<a href=https://shop.example/tea{% if vip %}?v=1{% endif %}>x</a>",
        "<a href=https://shop.example/tea{{#if vip}}?v=1{{/if}} class=y>x</a>",
        "<a href=https://shop.example/tea*|IF:N > 2|*?v=1*|END:IF|*>x</a>",
        '<a href="https://shop.example/tea{% if vip == "yes" %}?v=1{% endif %}">x</a>',
        '<a href="https://shop.example/tea%%[if @v == "yes" then]%%?v=1%%[endif]%%">x</a>',
        '<a href="https://shop.example/tea{if $v == "yes"}?v=1{/if}">x</a>',
        '<a href="https://shop.example/tea#if($v == "yes")?v=1#end">x</a>',
        '<a href="https://shop.example/tea*|IF:V="yes"|*?v=1*|END:IF|*">x</a>',
        '<a href="https://shop.example/tea${v == "yes" ? "?v=1" : ""}">x</a>',
        "%%[ set @a = '<a href=\"https://shop.example/tea\">x</a>' ]%%",
    ],
)
def test_condition_with_spaces_or_quotes_in_markup_is_unchanged(message: str) -> None:
    assert tag_html(message, RULES) == message


@pytest.mark.parametrize(
    "link",
    [
        "https://shop.example/if/else",
        "https://shop.example/tea?filter[if]x=1",
        "https://shop.example/tea?a[]=1&amp;b[*]=2",
        "https://shop.example/%E9%20if%20you",
        "https://shop.example/*if",
        "https://shop.example/@user",
        "https://shop.example/{{ lead.If }}",
        "https://shop.example/{{ endpoint }}/{{ block_id }}",
        "https://shop.example/*|DATE:d F|*",
        "https://shop.example/*|IFTTT|*",
        "https://shop.example/${name?html}",
        "https://shop.example/%%First Name%%",
        "https://shop.example/<%= name %>",
        "https://shop.example/tea?q=%7B%22a%22:%7B%22b%22:1%7D%7D",
        "https://shop.example/tea?price=$10-$20",
    ],
)
def test_link_that_resembles_a_condition_is_tagged(link: str) -> None:
    ampersand = "&amp;" if "?" in link.replace("?html", "") else "?"
    query = f"{ampersand}utm_source=letter&amp;idBatch=7"

    assert tag_html(f'<a href="{link}">', RULES) == f'<a href="{link}{query}">'


@pytest.mark.parametrize("fragment", ["end", "iframe", "else-where", "include", "settings"])
def test_link_with_a_fragment_like_a_directive_is_tagged(fragment: str) -> None:
    message = '<a href="https://shop.example/tea%s#%s">'
    query = "?utm_source=letter&amp;idBatch=7"

    assert tag_html(message % ("", fragment), RULES) == message % (query, fragment)


@pytest.mark.parametrize(
    "message",
    [
        '<a {% if v %}href="/1"{% else %}href="/2"{% endif %} class=c>',
        "<a {{#if v}}href='/1'{{else}} x {{/if}}{{^v}}href='/2'{{/v}}>",
        '<a *|IF:V|*href="/1"*|ELSE:|*href="/2"*|END:IF|*>',
        '<a %%[if @v > 1 then]%%href="/1"%%[else]%%href="/2"%%[endif]%%>',
        '<!--[if mso]><v:rect {% if v %}href="/1"{% else %}href="/2"{% endif %}><![endif]-->',
        '{% if v %}<a href="/1">{% else %}<a href="/2">{% endif %}x</a>',
        '*|IF:N > 2|*<a href="/1">*|ELSE:|*<a href="/2">*|END:IF|*x</a>',
        '%%[if @v then]%%<a href="/1">%%[else]%%<a href="/2">%%[endif]%%x</a>',
        '#if($v)<a href="/1">#else<a href="/2">#end x</a>',
        '<#if v><a href="/1"><#else><a href="/2"></#if>x</a>',
        '%IF $V%<a href="/1">%ELSE%<a href="/2">%/IF%x</a>',
    ],
)
def test_each_link_of_a_condition_around_links_is_tagged(message: str) -> None:
    before = f'<base href="https://shop.example">{message}'
    query = "?utm_source=letter&amp;idBatch=7"
    after = before.replace("/1", f"/1{query}").replace("/2", f"/2{query}")

    assert tag_html(before, RULES) == after
    assert tag_html(after, RULES) == after


@pytest.mark.parametrize(
    "message",
    [
        '<b title="[[a">x</b><a href="%s" rel="]]">',
        '<a title="[[a" href="%s" rel="]]">',
        '<a title="*|a" href="%s" rel="|*">',
        '<a title="${a" href="%s" rel="}">',
        '<b title="50%%%%">50%%%%</b><a href="%s">20%%%%</a>',
    ],
)
def test_link_between_signs_of_template_tags_is_tagged(message: str) -> None:
    link = "https://shop.example/tea"

    tagged = tag_html(message % link, RULES)

    assert tagged == message % f"{link}?utm_source=letter&amp;idBatch=7"


def test_text_link_with_a_condition_is_reported_once() -> None:
    message = "https://shop.example/a*|IF:N > 2|*?v=1*|END:IF|* https://shop.example/b"

    tagged = tag_text_links(message, RULES)

    assert tagged.message == f"{message}?utm_source=letter&idBatch=7"
    assert [link.status for link in tagged.links] == [Status.CONDITION, Status.TAGGED]
    assert tagged.summary() == (
        "1 link is tagged; not tagged: 1 with a condition of the mailer"
        " (https://shop.example/a…)."
    )
