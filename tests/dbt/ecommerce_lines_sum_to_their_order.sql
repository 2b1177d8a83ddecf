-- Revenue and Discount of the lines sum exactly to the order's. Tax sums to the order's Tax
-- without tax on shipping and fees. If the lines of an order do not add up before conversion,
-- which ecommerce_data_quality counts, each line is rounded separately, and lines and order keep
-- their difference.
{{ config(enabled=ecommerce_is_on('items')) }}

with

orders as (

    select *
    from {{ ecommerce_touched_rows(ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction'
    ), 'order', ['id_transaction']) }} as transactions

),

fee_taxes as (

    select
        transactions.id_transaction,
        transactions.fee_tax_amount as original_amount,
        case
            when orders.exchange_rate_status = 'shop'
                then {{ ecommerce_round('transactions.shop_fee_tax_amount', ecommerce_exponent()) }}
            else {{ ecommerce_convert(
                'transactions.fee_tax_amount', 'orders.exchange_rate_from',
                'orders.exchange_rate_to', ecommerce_exponent()
            ) }}
        end as amount

    from {{ ecommerce_touched_orders('stg_ecommerce__transactions') }} as transactions
    inner join orders
        on transactions.id_transaction = orders.id_transaction
    where transactions.fee_tax_amount <> 0

),

item_sums as (

    select
        id_transaction,
        count(*) as item_count,
        sum(revenue) as gross_amount,
        sum(discount) as discount_amount,
        sum(tax) as tax_amount,
        sum(original_revenue) as original_gross_amount,
        sum(original_discount) as original_discount_amount,
        sum(original_tax) as original_tax_amount

    from {{ ecommerce_touched_rows(ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Item'), 'ECommerce_Item'
    ), 'order', ['id_transaction']) }} as items
    group by id_transaction

),

joined as (

    select
        item_sums.*,
        orders.revenue,
        orders.original_revenue,
        orders.discount,
        orders.original_discount,
        orders.tax
        - coalesce(orders.shipping_tax, {{ ecommerce_zero('money') }})
        - coalesce(fee_taxes.amount, {{ ecommerce_zero('money') }}) as tax,
        orders.original_tax
        - coalesce(orders.original_shipping_tax, {{ ecommerce_zero('amount') }})
        - coalesce(fee_taxes.original_amount, {{ ecommerce_zero('amount') }}) as original_tax,
        {{ ecommerce_rounding('currencies.minor_unit', 'item_sums.item_count') }} as rounding,
        orders.exchange_rate_status = 'shop' as is_shop_money,
        orders.exchange_rate_from as rate_from,
        orders.exchange_rate_to as rate_to,
        -- Rounding changes each line and the order by half a unit at most.
        (item_sums.item_count + 1) * {{ ecommerce_half_unit(ecommerce_exponent()) }} as own_rounding

    from item_sums
    inner join orders
        on item_sums.id_transaction = orders.id_transaction
    left join fee_taxes
        on item_sums.id_transaction = fee_taxes.id_transaction
    left join (select * from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}) as currencies
        on orders.original_currency = currencies.currency

),

compared as (

    {%- for amount, column in {
        'gross': 'revenue', 'discount': 'discount', 'tax': 'tax',
    }.items() %}
    select
        id_transaction,
        '{{ column }}' as amount_name,
        {{ amount }}_amount - {{ column }} as difference,
        original_{{ amount }}_amount as original_of_lines,
        original_{{ amount }}_amount - original_{{ column }} as original_difference,
        rounding,
        is_shop_money,
        rate_from,
        rate_to,
        own_rounding

    from joined
    {{ 'union all' if not loop.last }}
    {%- endfor %}

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
