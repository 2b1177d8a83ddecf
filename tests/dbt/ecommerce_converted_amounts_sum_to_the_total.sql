-- The converted amounts of an order sum to its total within three minor units, because six
-- amounts are rounded separately. Orders whose amounts do not add up before conversion are
-- ignored.
select transactions."idTransaction"
from (select * from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}) as transactions
inner join (select * from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}) as currencies
    on transactions."Currency" = currencies.currency
where
    transactions."originalRevenue" - transactions."originalDiscount"
    + transactions."originalShipping" + transactions."originalTax"
    + transactions."originalAdjustment" = transactions."originalTotal"
    and transactions."exchangeRateStatus" <> 'shop'
    and abs(
        transactions."Revenue" - transactions."Discount" + transactions."Shipping"
        + transactions."Tax" + transactions."Adjustment" - transactions."Total"
    ) > 3 * power(cast(10 as numeric), -currencies.minor_unit)
