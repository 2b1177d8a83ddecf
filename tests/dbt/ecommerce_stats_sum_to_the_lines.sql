-- What products earned sums to what their lines did.
{{ config(enabled=ecommerce_is_on('items') and ecommerce_is_on('products')) }}

with

lines as (

    select sum(gross_amount) as gross_amount
    from {{ ref('int_ecommerce__lines_sold') }}
    where id_product is not null

),

stats as (

    select sum(gross_amount) as gross_amount
    from {{ ref('ecommerce_product_stats') }}

)

select
    lines.gross_amount as lines_amount,
    stats.gross_amount as stats_amount

from lines
cross join stats
where coalesce(lines.gross_amount, 0) <> coalesce(stats.gross_amount, 0)
