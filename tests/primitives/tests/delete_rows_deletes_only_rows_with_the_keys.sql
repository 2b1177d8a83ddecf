{{ config(enabled=target.type != 'spark') }}
{#- Rows with a null in a key have no equal keys, so they stay. -#}
with expected as (

    select cast(1 as integer) as id, 'a' as kind
    union all
    select 2, 'b'
    union all
    select null, 'c'

),

found as (

    select id, {{ ecommerce_quote('kindOfRow') }} as kind
    from {{ ref('shopapp_ecommerce', 'delete_rows') }}

)

(select * from expected except select * from found)
union all
(select * from found except select * from expected)
