-- Amounts are null without a rate. Amounts before conversion stay.
select "idTransaction"
from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}
where
    "exchangeRateStatus" in ('missing_rate', 'unknown_currency')
    and coalesce(
        "Revenue", "Discount", "Shipping", "ShippingTax", "Tax", "Adjustment", "Refund", "Total",
        "exchangeRateFrom", "exchangeRateTo"
    ) is not null
