{%- set converted = ecommerce_fraction(
    ('largest_item_amount', 10), ('exchange_rate_to', 12), ('exchange_rate_from', 12),
    ecommerce_exponent()
) -%}
{%- set converted_events = ecommerce_fraction(
    ('event_amount', 10), ('exchange_rate_to', 12), ('exchange_rate_from', 12),
    ecommerce_exponent()
) -%}
{%- set shop_share = ecommerce_fraction(
    ('largest_item_amount', 10), ('reporting_gross_amount', 4), ('gross_amount', 10),
    ecommerce_exponent()
) -%}
{%- set no_amount = 'cast(0 as ' ~ ecommerce_type('amount') ~ ')' -%}
with

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_converted') }}

),

raw_items as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__items') }}

),

-- A line without a gross amount has the product of quantity and price. It is null if it is out of
-- range.
items as (

    select
        raw_items.*,
        coalesce(
            raw_items.line_gross_amount,
            {{ ecommerce_product('raw_items.quantity', 'raw_items.unit_price_amount') }}
        ) as gross_amount,
        {{ ecommerce_key('raw_items.shop_id', 'raw_items.product_id') }} as id_product

    from raw_items

),

sales_events as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__sales_events') }}

),

-- The largest amount and the longest key of the lines of an order.
with_extremes as (

    select
        transactions.*,
        item_extremes.largest_amount as largest_item_amount,
        item_extremes.longest_key as longest_item_key,
        coalesce(item_extremes.number_out_of_range, false) as item_number_out_of_range

    from transactions
    {{ ecommerce_lookup(
        'items', 'item_extremes',
        keys={
            'shop_id': 'transactions.shop_id', 'transaction_id': 'transactions.transaction_id',
        },
        columns={
            'largest_amount': 'max(greatest('
                ~ 'coalesce(abs(gross_amount), ' ~ no_amount ~ '), '
                ~ 'coalesce(abs(unit_price_amount), ' ~ no_amount ~ '), '
                ~ 'coalesce(abs(discount_amount), ' ~ no_amount ~ '), '
                ~ 'coalesce(abs(tax_amount), ' ~ no_amount ~ '), '
                ~ 'coalesce(abs(refunded_amount), ' ~ no_amount ~ ')))',
            'longest_key': 'max(greatest(length(item_id), coalesce(length(id_product), 0)))',
            'number_out_of_range': dbt.bool_or(
                'number_out_of_range or ('
                ~ 'gross_amount is null and quantity is not null and unit_price_amount is not null)'
            ),
        }
    ) }}

),

-- The ledger adds the amounts of the events up.
with_events as (

    select
        with_extremes.*,
        event_sums.amount as event_amount,
        coalesce(event_sums.number_out_of_range, false) as event_number_out_of_range

    from with_extremes
    {{ ecommerce_lookup(
        'sales_events', 'event_sums',
        keys={
            'shop_id': 'with_extremes.shop_id', 'transaction_id': 'with_extremes.transaction_id',
        },
        columns={
            'amount': 'sum('
                ~ 'coalesce(abs(goods_amount), ' ~ no_amount ~ ') + '
                ~ 'coalesce(abs(discount_amount), ' ~ no_amount ~ ') + '
                ~ 'coalesce(abs(tax_amount), ' ~ no_amount ~ '))',
            'number_out_of_range': dbt.bool_or('number_out_of_range'),
        }
    ) }}

),

with_broken_rules as (

    select
        with_events.*,
        length(id_transaction) > 100 as transaction_key_too_long,
        longest_item_key > 100 as item_key_too_long,
        has_amount_out_of_range as amount_out_of_range,
        (
            item_number_out_of_range
            or (
                exchange_rate_to is not null
                and largest_item_amount is not null
                and {{ converted.numerator }} is null
            )
            or (
                exchange_rate_status = 'shop'
                and gross_amount <> 0
                and reporting_gross_amount is not null
                and largest_item_amount is not null
                and {{ shop_share.numerator }} is null
            )
        ) as item_amount_out_of_range,
        (
            event_number_out_of_range
            or (
                exchange_rate_to is not null
                and event_amount is not null
                and {{ converted_events.numerator }} is null
            )
        ) as event_amount_out_of_range

    from with_events

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
