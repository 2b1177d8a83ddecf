-- Projected and realised revenue of the orders equal the sums of their lines. Orders without
-- lines use their own amounts.
{{ config(enabled=ecommerce_is_on('items')) }}
with

products as (

    select
        coalesce(sum(projected_revenue_amount), 0) as projected_revenue_amount,
        coalesce(sum(realised_revenue_amount), 0) as realised_revenue_amount

    from {{ ref('shopapp_ecommerce', 'ecommerce_product_sales_daily') }}

),

orders as (

    select
        coalesce(sum(projected_revenue_amount), 0) as projected_revenue_amount,
        coalesce(sum(realised_revenue_amount), 0) as realised_revenue_amount

    from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }}
    where
        is_counted
        and id_transaction in (
            select "idTransaction" from {{ ref('shopapp_ecommerce', 'ECommerce_Item') }}
        )

)

select 1
from products
cross join orders
where row(products.*) is distinct from row(orders.*)
