-- Over the lines of an order Revenue and Discount sum to the order's, Tax to the order's without
-- ShippingTax, to the last minor unit; unless the shop's own figures do not add up either.
{{ config(enabled=ecommerce_is_on('items')) }}

select transactions."idTransaction"
from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }} as transactions
inner join {{ ref('shopapp_ecommerce', 'ECommerce_Item') }} as items
    on transactions."idTransaction" = items."idTransaction"
group by transactions."idTransaction"
having
    (
        sum(items."originalRevenue") = max(transactions."originalRevenue")
        and sum(items."Revenue") is distinct from max(transactions."Revenue")
    )
    or (
        abs(sum(items."originalDiscount") - max(transactions."originalDiscount")) < 0.000001
        and sum(items."Discount") is distinct from max(transactions."Discount")
    )
    or (
        sum(items."originalTax")
        = max(transactions."originalTax" - coalesce(transactions."originalShippingTax", 0))
        and sum(items."Tax")
        is distinct from max(transactions."Tax" - coalesce(transactions."ShippingTax", 0))
    )
