{#- Spark deletes rows only from tables of formats such as Delta, which need more than PyPI. -#}
{{ config(
    enabled=target.type != 'spark',
    materialized='table',
    post_hook="{{ ecommerce_delete_rows(
        this,
        ['id', 'kindOfRow'],
        'select cast(1 as integer) as id, ' ~ dbt.string_literal('b') ~ ' as ' ~ ecommerce_quote('kindOfRow')
        ~ ' union all select null, ' ~ dbt.string_literal('c')
    ) }}",
) }}
{%- set kind = ecommerce_quote('kindOfRow') -%}
select cast(1 as integer) as id, cast('a' as {{ ecommerce_type('text') }}) as {{ kind }}
union all
select 1, 'b'
union all
select 1, 'b'
union all
select 2, 'b'
union all
select null, 'c'
