-- Revenue − Discount + Shipping + Tax + Adjustment = Total as the shop states them. What does not
-- add up is kept as it is, and told here.
{{ config(severity='warn') }}

select
    "idTransaction",
    "originalTotal"

from {{ ref('ECommerce_Transaction') }}
where
    "originalRevenue" - "originalDiscount" + "originalShipping" + "originalTax"
    + "originalAdjustment" <> "originalTotal"
