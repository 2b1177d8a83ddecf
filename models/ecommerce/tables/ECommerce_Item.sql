{#- `offset 0` looks up each line separately. A join would read the lines of all orders. -#}
{{ config(
    enabled=ecommerce_is_on('items'),
    unique_key=['"idTransaction"', '"idItem"'],
    indexes=[{'columns': ['"idProduct"']}],
    pre_hook="
        {% if is_incremental() %}
        delete from {{ this }} as existing
        using {{ ecommerce_candidate_rows('int_ecommerce__transactions_complete') }}
            as complete
        where
            existing.\"idTransaction\" = complete.id_transaction
            and not exists (
                select 1
                from {{ ref('shopapp_ecommerce', 'stg_ecommerce__items').render() }} as items
                where
                    items.shop_id = complete.shop_id
                    and items.transaction_id = complete.transaction_id
                    and items.item_id = existing.\"idItem\"
                offset 0
            )
        {% endif %}
    ",
    post_hook=[
        '{{ ecommerce_log_run() }}',
        '{{ ecommerce_forget_products() if not ecommerce_is_on("categories") }}',
        {'sql': '{{ ecommerce_foreign_keys() }}', 'transaction': false},
    ],
) }}
{%- if ecommerce_is_on('products') %}
-- depends_on: {{ ref('shopapp_ecommerce', 'ECommerce_Product') }}
{%- endif %}
-- depends_on: {{ ref('shopapp_ecommerce', 'int_ecommerce__transaction_candidates') }}

with

{%- if is_incremental() %}
complete_transactions as (

    select *
    from {{ ecommerce_candidate_rows('int_ecommerce__transactions_complete') }} as complete

),

items as (

    select * from {{ ecommerce_candidate_rows('stg_ecommerce__items') }} as items_read

),
{%- else %}
complete_transactions as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_complete') }}

),

items as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__items') }}

),
{%- endif %}

reporting as (

    select minor_unit as exponent
    from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}
    where currency = {{ ecommerce_currency() }}

),

currencies as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}

),

-- Lines use their order's rate, and shares of the order's amounts. Orders in the shop's own amounts
-- have no rate, so converted and original revenue replace it.
transactions as (

    select
        complete_transactions.shop_id,
        complete_transactions.transaction_id,
        orders."Revenue" as gross_amount,
        orders."Discount" as discount_amount,
        orders."Tax" - coalesce(orders."ShippingTax", 0) - coalesce(case
            when orders."exchangeRateStatus" = 'shop'
                then round(complete_transactions.shop_fee_tax_amount, reporting.exponent)
            else {{ ecommerce_convert(
                'complete_transactions.fee_tax_amount', 'orders."exchangeRateFrom"',
                'orders."exchangeRateTo"', 'reporting.exponent'
            ) }}
        end, 0) as line_tax_amount,
        orders."originalRevenue" as original_gross_amount,
        orders."originalDiscount" as original_discount_amount,
        orders."originalTax" - coalesce(orders."originalShippingTax", 0)
        - coalesce(complete_transactions.fee_tax_amount, 0) as original_line_tax_amount,
        currencies.minor_unit as original_exponent,
        reporting.exponent,
        orders."dtLoaded" as loaded_at,
        orders."exchangeRateStatus" = 'shop' as is_shop_money,
        case
            when orders."exchangeRateStatus" = 'shop' then orders."Revenue"
            else orders."exchangeRateTo"
        end as rate_to,
        case
            when orders."exchangeRateStatus" = 'shop' then nullif(orders."originalRevenue", 0)
            else orders."exchangeRateFrom"
        end as rate_from

    from complete_transactions
    inner join {{ ref('shopapp_ecommerce', 'ECommerce_Transaction').render() }} as orders
        on complete_transactions.id_transaction = orders."idTransaction"
    left join currencies
        on complete_transactions.currency = currencies.currency
    left join reporting
        on true

),

with_rates as (

    select
        items.*,
        transactions.gross_amount as order_gross_amount,
        transactions.discount_amount as order_discount_amount,
        transactions.line_tax_amount as order_line_tax_amount,
        transactions.original_gross_amount as order_original_gross_amount,
        transactions.original_discount_amount as order_original_discount_amount,
        transactions.original_line_tax_amount as order_original_line_tax_amount,
        transactions.original_exponent,
        transactions.loaded_at as order_loaded_at,
        transactions.is_shop_money,
        transactions.rate_from,
        transactions.rate_to,
        transactions.exponent,
        coalesce(items.line_gross_amount, items.quantity * items.unit_price_amount)
            as original_gross_amount,
        coalesce(items.discount_amount, 0) as own_discount_amount

    from transactions
    inner join items
        on transactions.shop_id = items.shop_id
        and transactions.transaction_id = items.transaction_id

),

-- The discount of the order beyond its lines' own discounts is shared in proportion to the lines'
-- net amounts.
with_sums as (

    select
        with_rates.*,
        order_original_discount_amount - sum(own_discount_amount) over by_order
            as shared_discount_amount,
        sum(original_gross_amount - own_discount_amount) over by_order as order_net_amount,
        count(*) over by_order as order_line_count,
        {%- for name, amount in {
            'gross': 'original_gross_amount', 'line_tax': 'tax_amount',
        }.items() %}
        coalesce(
            sum({{ amount }}) over by_order = order_original_{{ name }}_amount
            or abs(sum({{ amount }}) over by_order - order_original_{{ name }}_amount)
            <= {{ ecommerce_rounding('original_exponent', 'count(*) over by_order') }},
            false
        ) as {{ name }}_adds_up{{ ',' if not loop.last }}
        {%- endfor %}

    from with_rates
    window by_order as (partition by shop_id, transaction_id)

),

with_discount as (

    select
        with_sums.*,
        own_discount_amount + case
            when coalesce(shared_discount_amount, 0) = 0 then 0
            when order_net_amount = 0 then round(shared_discount_amount / order_line_count, 10)
            else round(
                shared_discount_amount * (original_gross_amount - own_discount_amount)
                / order_net_amount, 10
            )
        end as original_discount_amount

    from with_sums

),

-- Orders in the shop's own amounts have no rate. A line then gets the same share of each converted
-- amount as it has of the original amount.
with_exact_amounts as (

    select
        with_discount.*,
        {%- for name, amount, total in [
            ('gross', 'original_gross_amount', 'order_gross_amount'),
            ('discount', 'original_discount_amount', 'order_discount_amount'),
            ('tax', 'tax_amount', 'order_line_tax_amount'),
        ] %}
        case
            when not is_shop_money
                then {{ ecommerce_convert(amount, 'rate_from', 'rate_to', 30) }}
            when sum({{ amount }}) over by_order <> 0
                then {{ ecommerce_convert(
                    amount, 'sum(' ~ amount ~ ') over by_order', total, 30
                ) }}
            else 0
        end as exact_{{ name }}_amount,
        {%- endfor %}
        {{ ecommerce_convert('refunded_amount', 'rate_from', 'rate_to', 30) }}
            as exact_refunded_amount

    from with_discount
    window by_order as (partition by shop_id, transaction_id)

),

with_refund_sum as (

    select
        with_exact_amounts.*,
        round(sum(exact_refunded_amount) over (partition by shop_id, transaction_id), exponent)
            as order_line_refunded_amount

    from with_exact_amounts

),

allocated as (

    select
        with_refund_sum.*,
        {%- for name, total, adds_up in [
            ('gross', 'order_gross_amount', 'gross_adds_up'),
            ('discount', 'order_discount_amount', 'false'),
            ('tax', 'order_line_tax_amount', 'line_tax_adds_up'),
            ('refunded', 'order_line_refunded_amount', 'false'),
        ] %}
        {{ ecommerce_allocate(
            'exact_' ~ name ~ '_amount', total, 'exponent',
            partition_by='shop_id, transaction_id', order_by='position, item_id',
            adds_up=adds_up
        ) }} as reporting_{{ name }}_amount
        {{- ',' if not loop.last }}
        {%- endfor %}

    from with_refund_sum

),

renamed as (

    select
        id_transaction as "idTransaction",
        product_name as "ProductName",
        status as "Status",
        {{ ecommerce_key('shop_id', 'product_id') }} as "idProduct",
        item_id as "idItem",
        variant_id as "idVariant",
        sku as "Sku",
        quantity as "Quantity",
        {{ ecommerce_convert('unit_price_amount', 'rate_from', 'rate_to', 4) }} as "Price",
        reporting_gross_amount as "Revenue",
        reporting_discount_amount as "Discount",
        reporting_tax_amount as "Tax",
        {{ ecommerce_currency() }} as "Currency",
        refunded_quantity as "refundedQuantity",
        reporting_refunded_amount as "Refund",
        unit_price_amount as "originalPrice",
        original_gross_amount as "originalRevenue",
        original_discount_amount as "originalDiscount",
        tax_amount as "originalTax",
        refunded_amount as "originalRefund",
        currency as "originalCurrency",
        order_loaded_at as "dtLoaded"

    from allocated

)

{{ ecommerce_changed_rows('renamed', key=['"idTransaction"', '"idItem"']) }}
