-- Per shop and day, the orders with the statuses matched, guest, unmatched, ambiguous, conflict
-- and erased sum to all orders. ecommerce_loaded_orders_are_in_a_table tests that the table has
-- every loaded order.
{%- set statuses = ['matched', 'guest', 'unmatched', 'ambiguous', 'conflict', 'erased'] %}
with

orders as (

    select
        id_shop,
        contact_match_status,
        {{ ecommerce_day('dt_transaction_created_at', 'null') }} as created_on

    from {{ ecommerce_touched_rows(ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction'
    ), 'order', ['id_transaction']) }} as transactions

)

select
    id_shop,
    created_on,
    count(*) as order_count
    {%- for status in statuses %},
    count(*) filter (where contact_match_status = '{{ status }}') as {{ status }}_count
    {%- endfor %}

from orders
group by id_shop, created_on
having
    count(*) <> count(*) filter (
        where contact_match_status in ('{{ statuses | join("', '") }}')
    )
