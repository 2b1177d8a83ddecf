with

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_converted') }}

),

items as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__items') }}

),

-- The widest values among an order's lines, in the reporting currency.
measured as (

    select
        transactions.*,
        greatest(
            abs(reporting_gross_amount), abs(reporting_discount_amount),
            abs(reporting_shipping_amount), abs(reporting_shipping_tax_amount),
            abs(reporting_tax_amount), abs(reporting_charges_amount),
            abs(reporting_total_amount), abs(reporting_refunded_amount)
        ) as largest_amount,
        lines.largest_amount as largest_line_amount,
        lines.longest_key as longest_line_key

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
    ) as lines

),

checked as (

    select
        measured.*,
        nullif(concat_ws(
            ',',
    {%- for rule in ecommerce_rules('reject', 'int_ecommerce__transactions_checked') %}
            case when {{ rule.condition }} then '{{ rule.code }}' end{{ ',' if not loop.last }}
    {%- endfor %}
        ), '') as reject_codes

    from measured

)

select * from checked
