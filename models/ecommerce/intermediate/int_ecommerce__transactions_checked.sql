with

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_converted') }}

),

items as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__items') }}

),

-- The largest amounts and the longest key of an order and its lines.
with_extremes as (

    select
        transactions.*,
        greatest(
            abs(reporting_gross_amount), abs(reporting_discount_amount),
            abs(reporting_shipping_amount), abs(reporting_shipping_tax_amount),
            abs(reporting_tax_amount), abs(reporting_charges_amount),
            abs(reporting_total_amount), abs(reporting_refunded_amount)
        ) as largest_amount,
        item_extremes.largest_amount as largest_item_amount,
        item_extremes.longest_key as longest_item_key

    from transactions
    cross join lateral (
        select
            max(greatest(
                abs(coalesce(
                    items.line_gross_amount, items.quantity * items.unit_price_amount
                )),
                abs(items.unit_price_amount),
                abs(items.discount_amount), abs(items.tax_amount), abs(items.refunded_amount)
            ) * transactions.exchange_rate_to / transactions.exchange_rate_from)
                as largest_amount,
            max(greatest(
                length(items.item_id),
                length({{ ecommerce_key('items.shop_id', 'items.product_id') }})
            )) as longest_key

        from items
        where
            items.shop_id = transactions.shop_id
            and items.transaction_id = transactions.transaction_id
    ) as item_extremes

),

with_broken_rules as (

    select
        with_extremes.*,
        length(id_transaction) > 100 as transaction_key_too_long,
        longest_item_key > 100 as item_key_too_long,
        -- The tables keep amounts as numeric(20, 4).
        largest_amount >= 1e16 as amount_out_of_range,
        largest_item_amount >= 1e16 as item_amount_out_of_range

    from with_extremes

),

checked as (

    select
        with_broken_rules.*,
        nullif(concat_ws(
            ',',
    {%- for code in ecommerce_rule_codes('int_ecommerce__transactions_checked') %}
            case when {{ code }} then '{{ code }}' end{{ ',' if not loop.last }}
    {%- endfor %}
        ), '') as reject_codes

    from with_broken_rules

)

select * from checked
