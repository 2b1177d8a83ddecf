-- Every amount can be recomputed from its row: original × exchangeRateTo / exchangeRateFrom,
-- rounded half away from zero to the reporting currency's minor unit. The test multiplies by
-- exchangeRateFrom instead of dividing, and accepts a difference of half a unit.
with

currencies as (

    select
        currency,
        power(cast(10 as numeric), -minor_unit) as unit

    from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}

),

amounts as (

    select
        transactions."idTransaction",
        transactions."exchangeRateFrom" as rate_from,
        transactions."exchangeRateTo" as rate_to,
        currencies.unit,
        pairs.amount,
        pairs.original_amount

    from (select * from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}) as transactions
    inner join currencies
        on transactions."Currency" = currencies.currency
    cross join lateral (
        values
        {%- for name in [
            'Revenue', 'Discount', 'Shipping', 'ShippingTax', 'Tax', 'Adjustment', 'Refund', 'Total',
        ] %}
        (transactions."{{ name }}", transactions."original{{ name }}"){{ ',' if not loop.last }}
        {%- endfor %}
    ) as pairs (amount, original_amount)
    where transactions."exchangeRateFrom" is not null

)

select *
from amounts
where
    (amount is null) <> (original_amount is null)
    or abs(amount * rate_from - original_amount * rate_to) * 2 > unit * rate_from
    or mod(amount, unit) <> 0
