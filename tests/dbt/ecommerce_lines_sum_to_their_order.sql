-- Revenue and Discount of the lines sum exactly to the order's. Tax sums to the order's Tax
-- without tax on shipping and fees. If the lines of an order do not add up before conversion,
-- which ecommerce_data_quality counts, each line is rounded separately, and lines and order keep
-- their difference.
{{ config(enabled=ecommerce_is_on('items')) }}

with

reporting as (

    select
        minor_unit as exponent,
        power(cast(10 as numeric), -minor_unit) as unit

    from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}
    where currency = {{ ecommerce_currency() }}

),

fee_taxes as (

    select
        transactions.id_transaction,
        transactions.fee_tax_amount as original_amount,
        case
            when orders."exchangeRateStatus" = 'shop'
                then round(transactions.shop_fee_tax_amount, reporting.exponent)
            else {{ ecommerce_convert(
                'transactions.fee_tax_amount', 'orders."exchangeRateFrom"',
                'orders."exchangeRateTo"', ecommerce_exponent()
            ) }}
        end as amount

    from (select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__transactions') }}) as transactions
    inner join (select * from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}) as orders
        on transactions.id_transaction = orders."idTransaction"
    left join reporting
        on true
    where transactions.fee_tax_amount <> 0

),

item_sums as (

    select
        "idTransaction" as id_transaction,
        count(*) as item_count,
        sum("Revenue") as gross_amount,
        sum("Discount") as discount_amount,
        sum("Tax") as tax_amount,
        sum("originalRevenue") as original_gross_amount,
        sum("originalDiscount") as original_discount_amount,
        sum("originalTax") as original_tax_amount

    from {{ ref('shopapp_ecommerce', 'ECommerce_Item') }}
    group by 1

),

compared as (

    select
        item_sums.id_transaction,
        sides.amount_name,
        sides.of_lines - sides.of_order as difference,
        sides.original_of_lines,
        sides.original_of_lines - sides.original_of_order as original_difference,
        {{ ecommerce_rounding('currencies.minor_unit', 'item_sums.item_count') }} as rounding,
        orders."exchangeRateStatus" = 'shop' as is_shop_money,
        orders."exchangeRateFrom" as rate_from,
        orders."exchangeRateTo" as rate_to,
        -- Rounding changes each line and the order by half a unit at most.
        (item_sums.item_count + 1) * reporting.unit / 2 as own_rounding

    from item_sums
    inner join (select * from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}) as orders
        on item_sums.id_transaction = orders."idTransaction"
    left join fee_taxes
        on item_sums.id_transaction = fee_taxes.id_transaction
    left join (select * from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}) as currencies
        on orders."originalCurrency" = currencies.currency
    left join reporting
        on true
    cross join lateral (
        values
        (
            'Revenue', item_sums.gross_amount, orders."Revenue",
            item_sums.original_gross_amount, orders."originalRevenue"
        ),
        (
            'Discount', item_sums.discount_amount, orders."Discount",
            item_sums.original_discount_amount, orders."originalDiscount"
        ),
        (
            'Tax', item_sums.tax_amount,
            orders."Tax" - coalesce(orders."ShippingTax", 0) - coalesce(fee_taxes.amount, 0),
            item_sums.original_tax_amount,
            orders."originalTax" - coalesce(orders."originalShippingTax", 0)
            - coalesce(fee_taxes.original_amount, 0)
        )
    ) as sides (amount_name, of_lines, of_order, original_of_lines, original_of_order)

)

select *
from compared
where
    difference <> 0
    and case
        -- In an order in the shop's own amounts, each line has the same share of the converted
        -- amount as of the original amount.
        when is_shop_money then original_of_lines <> 0
        when abs(original_difference) <= rounding then true
        else
            abs(difference * rate_from - original_difference * rate_to)
            > own_rounding * rate_from
    end
