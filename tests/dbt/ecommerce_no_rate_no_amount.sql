-- Without a rate, converted amounts are null. Only the original amounts remain.
select "idTransaction"
from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}
where
    "exchangeRateStatus" in ('missing_rate', 'unknown_currency')
    and coalesce(
        "Revenue", "Discount", "Shipping", "ShippingTax", "Tax", "Adjustment", "Refund", "Total",
        "exchangeRateFrom", "exchangeRateTo"
    ) is not null
