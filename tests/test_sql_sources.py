"""Only macros with a version per engine contain SQL about which engines disagree."""

from __future__ import annotations

from pathlib import Path

import pytest
from dbt_macros import macro_texts
from sql_sources import CONSTRUCTS, constructs, engine_macros, macros

ROOT = Path(__file__).parents[1]
FOUND = {
    "select cast(a as text) from b": "type",
    "select cast(a as numeric(28, 10)) from b": "type",
    "select a::date from b": "type",
    "select a / c from b": "division",
    "select mod(a, 2) from b": "division",
    "select round(a, 2) from b": "rounding",
    "select avg(a) from b": "float",
    "select a from b where a < 1e16": "float",
    "select jsonb_agg(a) from b": "json",
    "select a ->> 'c' from b": "json",
    "select row(a, c) from b": "row",
    "select 1 from generate_series(1, 2)": "days",
    "with recursive a as (select 1) select * from a": "recursion",
    "delete from a": "delete",
    "select distinct on (a) c from b": "distinct on",
    "select 1 from a cross join lateral (select 2) as b": "lateral",
    "select array_agg(a) from b": "list",
    "select a from b where c = any(d)": "list",
    "select a from b where a ~ 'c'": "regular expression",
    "select md5(a) from b": "hash",
    "select a at time zone 'UTC' from b": "time",
    "select a + interval '1 day' from b": "time",
    "select now()": "time",
    "select normalize(a) from b": "normalization",
    "select a from b order by a desc": "null order",
    "select a from pg_class": "catalog",
    'select "idTransaction" from b': "quoted name",
    "select 'it''s'": "escape",
    "select '\\n'": "escape",
    # SQL in the strings of Jinja is SQL.
    "{{ config(pre_hook='delete from a') }} select 1": "delete",
    "{{ ecommerce_round('cast(a as numeric)', 2) }}": "type",
}
PORTABLE = (
    "select cast(a as {{ ecommerce_type('text') }}) as a from b",
    "select {{ ecommerce_quotient('a', 'c', 2) }} as d from b",
    "select *, count(*) as c, 'a/b' as d from b -- a / b, now() and \"c\"",
    "{# a / b #} {{ 'a/b' }} select 1",
    "select a from b where a is distinct from '' order by a, c desc nulls last",
    "select min(a) filter (where c) from b",
    "select rounded, a as date from b",
)


@pytest.mark.parametrize(("source", "construct"), FOUND.items())
def test_construct_is_found(source: str, construct: str) -> None:
    assert {found.name for found in constructs(source)} == {construct}


def test_each_construct_has_an_example() -> None:
    assert set(FOUND.values()) == {*CONSTRUCTS, "escape"}


@pytest.mark.parametrize("source", PORTABLE)
def test_portable_sql_has_no_constructs(source: str) -> None:
    assert constructs(source) == []


def test_construct_is_found_in_its_line() -> None:
    source = (
        "{#- a\n -#}\n{{ config(\n  b='c'\n) }}\n\n{%- if d %}\n-- e\nselect 1 / 2\n{% endif %}"
    )
    (found,) = constructs(source)
    assert source.splitlines()[found.line - 1] == "select 1 / 2"


def test_helpers_of_engine_macros_belong_to_the_engine() -> None:
    texts = macros(
        [
            """
            {% macro public() %}{{ _shared() }}{% endmacro %}
            {% macro postgres__public() %}{{ _helper() }}{{ _shared() }}{% endmacro %}
            {%- macro _helper() -%}{{ _inner() }}{%- endmacro -%}
            {% macro _inner() %}{% endmacro %}
            {% macro _shared() %}{% endmacro %}
            """
        ]
    )
    assert engine_macros(texts) == {"postgres__public", "_helper", "_inner"}


def test_only_engine_macros_contain_the_constructs() -> None:
    paths = [p for folder in ("models", "tests/dbt") for p in (ROOT / folder).rglob("*.sql")]
    assert len(paths) > 60
    sources = {path.name: path.read_text(encoding="utf-8") for path in paths}
    texts = macro_texts()
    of_engines = engine_macros(texts)
    assert len(of_engines) > 50
    sources |= {name: text for name, text in texts.items() if name not in of_engines}
    assert [
        f"{name}, line {found.line}: {found.name}: {found.text}"
        for name, source in sources.items()
        for found in constructs(source)
    ] == []
