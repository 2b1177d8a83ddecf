{{ config(enabled=ecommerce_is_on('items')) }}

with

items as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__lines_sold') }}

),

summed as (

    select
        id_shop,
        ordered_on,
        id_product,
        {{ ecommerce_currency() }} as currency,
        {{ ecommerce_line_metrics() }}

    from items
    group by id_shop, ordered_on, id_product

)

{{ ecommerce_typed_rows('summed') }}
