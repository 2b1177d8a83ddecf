-- Projected and realised revenue of the orders equal the sums of their lines. Orders without
-- lines use their own amounts.
{{ config(enabled=ecommerce_is_on('items')) }}
with

products as (

    select
        coalesce(sum(projected_revenue_amount), {{ ecommerce_zero('sum') }})
            as projected_revenue_amount,
        coalesce(sum(realised_revenue_amount), {{ ecommerce_zero('sum') }})
            as realised_revenue_amount

    from {{ ref('shopapp_ecommerce', 'ecommerce_product_sales_daily') }}

),

orders as (

    select
        coalesce(sum(projected_revenue_amount), {{ ecommerce_zero('sum') }})
            as projected_revenue_amount,
        coalesce(sum(realised_revenue_amount), {{ ecommerce_zero('sum') }})
            as realised_revenue_amount

    from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }}
    where
        is_counted
        and id_transaction in (
            select items.id_transaction
            from {{ ecommerce_lower_names(
                ref('shopapp_ecommerce', 'ECommerce_Item'), 'ECommerce_Item'
            ) }} as items
        )

)

select 1
from products
cross join orders
where
    products.projected_revenue_amount <> orders.projected_revenue_amount
    or products.realised_revenue_amount <> orders.realised_revenue_amount
