{{ config(
    enabled=ecommerce_is_on('items'),
    materialized='ecommerce_maintained',
    unique_key=[ecommerce_quote('idTransaction'), ecommerce_quote('idItem')],
    indexes=ecommerce_indexes(['idProduct']),
    meta={
        'load_time': 'dtLoaded',
        'scope': {'kind': 'candidates', 'columns': ['idTransaction']},
    },
    post_hook=[
        '{{ ecommerce_forget_products() if not ecommerce_is_on("categories") }}',
        '{{ ecommerce_log_run() }}',
        {'sql': '{{ ecommerce_foreign_keys() }}', 'transaction': false},
    ],
) }}
{%- set exponent = ecommerce_exponent() %}
{%- set no_amount = 'cast(0 as ' ~ ecommerce_type('amount') ~ ')' %}
{%- set no_money = 'cast(0 as ' ~ ecommerce_type('money') ~ ')' %}
{%- set no_units = ecommerce_to_units(no_money, 0) %}
{#- Amounts of the lines, and whether they sum to the amount of their order before conversion. #}
{%- set shares = {
    'gross_amount': 'gross_adds_up', 'original_discount_amount': 'false',
    'tax_amount': 'tax_adds_up', 'refunded_amount': 'false',
} %}
{#- In the shop's own amounts, a line has the same share of each converted amount as of the amount
    before conversion: order's amount × line's amount / sum of the lines' amounts. #}
{%- set shop_shares = {
    'gross_amount': ('order_gross_amount', 'line_gross_sum'),
    'original_discount_amount': ('order_discount_amount', 'line_discount_sum'),
    'tax_amount': ('order_tax_amount', 'line_tax_sum'),
    'refunded_amount': ('order_gross_amount', 'order_original_gross_amount'),
} %}
{%- if ecommerce_is_on('products') %}
-- depends_on: {{ ref('shopapp_ecommerce', 'ECommerce_Product') }}
{%- endif %}
-- depends_on: {{ ref('shopapp_ecommerce', 'int_ecommerce__transaction_candidates') }}

with

{%- if ecommerce_scope() %}
complete_transactions as (

    select *
    from {{ ecommerce_order_rows_in_scope('int_ecommerce__transactions_complete') }} as complete

),

items as (

    select * from {{ ecommerce_order_rows_in_scope('stg_ecommerce__items') }} as items_read

),
{%- else %}
complete_transactions as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_complete') }}

),

-- The second reference to the complete orders makes Postgres compute them once. Without statistics,
-- as after a first load, it would compute them for each line.
items as (

    select staged_items.*
    from (select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__items') }}) as staged_items
    where exists (
        select 1
        from complete_transactions
        where
            complete_transactions.shop_id = staged_items.shop_id
            and complete_transactions.transaction_id = staged_items.transaction_id
    )

),
{%- endif %}

item_references as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_item_references') }}

),

currencies as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}

),

orders as (

    select *
    from {{ ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Transaction').render(), 'ECommerce_Transaction',
        columns=[
            'idTransaction', 'Revenue', 'Discount', 'Tax', 'ShippingTax', 'originalRevenue',
            'originalDiscount', 'originalTax', 'originalShippingTax', 'exchangeRateFrom',
            'exchangeRateTo', 'exchangeRateStatus', 'dtLoaded',
        ]
    ) }} as orders

),

-- Lines use their order's rate, and shares of the order's amounts. Orders in the shop's own amounts
-- have no rate.
transactions as (

    select
        complete_transactions.shop_id,
        complete_transactions.transaction_id,
        orders.revenue as order_gross_amount,
        orders.discount as order_discount_amount,
        orders.tax - coalesce(orders.shipping_tax, {{ no_money }}) - coalesce(case
            when orders.exchange_rate_status = 'shop'
                then {{ ecommerce_round('complete_transactions.shop_fee_tax_amount', exponent) }}
            else {{ ecommerce_convert(
                'complete_transactions.fee_tax_amount', 'orders.exchange_rate_from',
                'orders.exchange_rate_to', exponent
            ) }}
        end, {{ no_money }}) as order_tax_amount,
        orders.original_revenue as order_original_gross_amount,
        orders.original_discount as order_original_discount_amount,
        orders.original_tax
        - coalesce(orders.original_shipping_tax, {{ no_amount }})
        - coalesce(complete_transactions.fee_tax_amount, {{ no_amount }})
            as order_original_tax_amount,
        currencies.minor_unit as original_exponent,
        orders.dt_loaded as order_loaded_at,
        orders.exchange_rate_status = 'shop' as is_shop_money,
        orders.exchange_rate_to as rate_to,
        orders.exchange_rate_from as rate_from

    from complete_transactions
    inner join orders
        on complete_transactions.id_transaction = orders.id_transaction
    left join currencies
        on complete_transactions.currency = currencies.currency

),

with_order as (

    select
        items.*,
        transactions.order_gross_amount,
        transactions.order_discount_amount,
        transactions.order_tax_amount,
        transactions.order_original_gross_amount,
        transactions.order_original_discount_amount,
        transactions.order_original_tax_amount,
        transactions.original_exponent,
        transactions.order_loaded_at,
        transactions.is_shop_money,
        transactions.rate_from,
        transactions.rate_to,
        coalesce(
            items.line_gross_amount,
            {{ ecommerce_product('items.quantity', 'items.unit_price_amount') }}
        ) as gross_amount,
        coalesce(items.discount_amount, {{ no_amount }}) as own_discount_amount

    from transactions
    inner join items
        on transactions.shop_id = items.shop_id
        and transactions.transaction_id = items.transaction_id

),

-- The discount of the order beyond its lines' own discounts is shared in proportion to the lines'
-- net amounts, in ten-thousandths.
with_net_amount as (

    select
        with_order.*,
        {{ ecommerce_round('gross_amount - own_discount_amount', 4) }} as net_amount

    from with_order

),

with_sums as (

    select
        with_net_amount.*,
        order_original_discount_amount - sum(own_discount_amount) over by_order
            as shared_discount_amount,
        sum(net_amount) over by_order as order_net_amount,
        sum(gross_amount) over by_order as line_gross_sum,
        sum(tax_amount) over by_order as line_tax_sum,
        sum(refunded_amount) over by_order as line_refunded_sum,
        count(*) over by_order as line_count

    from with_net_amount
    window by_order as (partition by shop_id, transaction_id)

),

with_discount as (

    select
        with_sums.*,
        own_discount_amount + case
            when coalesce(shared_discount_amount, {{ no_amount }}) = 0 then {{ no_amount }}
            when order_net_amount = 0
                then {{ ecommerce_quotient('shared_discount_amount', 'line_count', 10) }}
            else {{ ecommerce_share(
                'net_amount', 'order_net_amount', 'shared_discount_amount', 10
            ) }}
        end as original_discount_amount,
        {%- for name in ['gross', 'tax'] %}
        coalesce(
            abs(line_{{ name }}_sum - order_original_{{ name }}_amount)
            <= {{ ecommerce_rounding('original_exponent', 'line_count') }},
            false
        ) as {{ name }}_adds_up{{ ',' if not loop.last }}
        {%- endfor %}

    from with_sums

),

with_discount_sum as (

    select
        with_discount.*,
        sum(original_discount_amount) over (partition by shop_id, transaction_id)
            as line_discount_sum

    from with_discount

),

-- Converted amounts as exact fractions, in minor units. All lines of an order have one divisor.
with_fractions as (

    select
        with_discount_sum.*,
        {%- for amount, (total, whole) in shop_shares.items() %}
        {%- set converted = ecommerce_fraction(
            (amount, 10), ('rate_to', 12), ('rate_from', 12), exponent
        ) %}
        {%- set shared = ecommerce_fraction((amount, 10), (total, 4), (whole, 10), exponent) %}
        case
            when not is_shop_money then {{ converted.numerator }}
            when {{ whole }} <> 0 then {{ shared.numerator }}
            when {{ amount }} is not null then {{ no_units }}
        end as {{ amount }}_numerator,
        case
            when not is_shop_money then {{ converted.divisor }}
            when {{ whole }} <> 0 then {{ shared.divisor }}
            else {{ ecommerce_to_units('cast(1 as ' ~ ecommerce_type('money') ~ ')', 0) }}
        end as {{ amount }}_divisor,
        {%- endfor %}
        {%- set converted = ecommerce_fraction(
            ('line_refunded_sum', 10), ('rate_to', 12), ('rate_from', 12), exponent
        ) %}
        {%- set shared = ecommerce_fraction(
            ('line_refunded_sum', 10), ('order_gross_amount', 4),
            ('order_original_gross_amount', 10), exponent
        ) %}
        {{ ecommerce_to_units('order_gross_amount', exponent) }} as gross_amount_units,
        {{ ecommerce_to_units('order_discount_amount', exponent) }}
            as original_discount_amount_units,
        {{ ecommerce_to_units('order_tax_amount', exponent) }} as tax_amount_units,
        case
            when not is_shop_money
                then {{ ecommerce_fraction_rounded(converted.numerator, converted.divisor) }}
            when order_original_gross_amount <> 0
                then {{ ecommerce_fraction_rounded(shared.numerator, shared.divisor) }}
            when line_refunded_sum is not null then {{ no_units }}
        end as refunded_amount_units

    from with_discount_sum

),

-- A window function before the next steps, so that Postgres computes each fraction once and not
-- each time that a step names it.
with_counts as (

    select
        with_fractions.*,
        {%- for amount in shares %}
        count({{ amount }}_numerator) over by_order as {{ amount }}_count
        {{- ',' if not loop.last }}
        {%- endfor %}

    from with_fractions
    window by_order as (partition by shop_id, transaction_id)

),

with_floors as (

    select
        with_counts.*,
        {%- for amount in shares %}
        {%- set numerator = amount ~ '_numerator' %}
        {%- set divisor = amount ~ '_divisor' %}
        {{ ecommerce_fraction_floor(numerator, divisor) }} as {{ amount }}_floor,
        {{ ecommerce_fraction_remainder(numerator, divisor) }} as {{ amount }}_remainder
        {{- ',' if not loop.last }}
        {%- endfor %}

    from with_counts

),

-- The largest remainder method: every line is rounded down, and the units that are missing to the
-- amount of the order go to the lines with the largest remainders.
with_places as (

    select
        with_floors.*,
        {%- for amount in shares %}
        {{ amount }}_units - sum({{ amount }}_floor) over by_order as {{ amount }}_missing,
        row_number() over (
            partition by shop_id, transaction_id
            order by
                {{ amount }}_remainder desc nulls last,
                position asc nulls last,
                {{ ecommerce_text_order('item_id') }} asc
        ) as {{ amount }}_place{{ ',' if not loop.last }}
        {%- endfor %}

    from with_floors
    window by_order as (partition by shop_id, transaction_id)

),

-- If there are more missing units than lines, or fewer than zero, every line gets the same number
-- of units first. If lines and order differ by more than rounding before conversion, no share is
-- right, and every line is rounded separately.
allocated as (

    select
        with_places.*,
        {%- for amount, adds_up in shares.items() %}
        {%- set units_each = ecommerce_fraction_floor(
            amount ~ '_missing', 'nullif(' ~ amount ~ '_count, 0)'
        ) %}
        {%- set units %}
        case
            when {{ amount }}_missing between 0 and {{ amount }}_count
                then {{ amount }}_floor
                    + case when {{ amount }}_place <= {{ amount }}_missing then 1 else 0 end
            when {{ adds_up }}
                then {{ amount }}_floor + {{ units_each }} + case
                    when {{ amount }}_place
                        <= {{ amount }}_missing - ({{ units_each }}) * {{ amount }}_count then 1
                    else 0
                end
            else {{ ecommerce_fraction_rounded(amount ~ '_numerator', amount ~ '_divisor') }}
        end
        {%- endset %}
        {{ ecommerce_from_units(units, exponent) }} as reporting_{{ amount }}
        {{- ',' if not loop.last }}
        {%- endfor %}

    from with_places

),

with_price as (

    select
        allocated.*,
        {%- set shared = ecommerce_fraction(
            ('unit_price_amount', 10), ('order_gross_amount', 4),
            ('order_original_gross_amount', 10), 4
        ) %}
        case
            when is_shop_money then {{ ecommerce_from_units(
                ecommerce_fraction_rounded(shared.numerator, shared.divisor), 4
            ) }}
            else {{ ecommerce_convert('unit_price_amount', 'rate_from', 'rate_to', 4) }}
        end as reporting_price_amount

    from allocated

),

-- A line whose product was deleted in the shop keeps the product that was known.
with_references as (

    select
        with_price.*
        {%- for name in ['product_id', 'variant_id', 'sku'] %},
        coalesce(with_price.{{ name }}, known.{{ name }}) as known_{{ name }}
        {%- endfor %}

    from with_price
    {{ ecommerce_lookup(
        'item_references', 'known',
        keys={
            'shop_id': 'with_price.shop_id',
            'transaction_id': 'with_price.transaction_id',
            'item_id': 'case when with_price.product_id is null or with_price.variant_id is null'
                ~ ' or with_price.sku is null then with_price.item_id end',
        },
        columns={
            'product_id': 'max(' ~ ecommerce_text_order('product_id') ~ ')',
            'variant_id': 'max(' ~ ecommerce_text_order('variant_id') ~ ')',
            'sku': 'max(' ~ ecommerce_text_order('sku') ~ ')',
        }
    ) }}

),

renamed as (

    select
        id_transaction,
        product_name,
        status,
        {{ ecommerce_key('shop_id', 'known_product_id') }} as id_product,
        item_id as id_item,
        known_variant_id as id_variant,
        known_sku as sku,
        quantity,
        reporting_price_amount as price,
        reporting_gross_amount as revenue,
        reporting_original_discount_amount as discount,
        reporting_tax_amount as tax,
        {{ ecommerce_currency() }} as currency,
        refunded_quantity,
        reporting_refunded_amount as refund,
        unit_price_amount as original_price,
        gross_amount as original_revenue,
        original_discount_amount as original_discount,
        tax_amount as original_tax,
        refunded_amount as original_refund,
        currency as original_currency,
        order_loaded_at as dt_loaded

    from with_references

)

{{ ecommerce_hashed_rows('renamed') }}
