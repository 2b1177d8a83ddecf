with

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}

),

attributed as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_attributed') }}

),

shops as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__shops') }}

),

statuses as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_statuses') }}
    where status_kind = 'financial'

),

item_sums as (

    {%- if ecommerce_is_on('items') %}
    select
        id_transaction,
        {{ ecommerce_line_metrics() }}

    from {{ ref('shopapp_ecommerce', 'int_ecommerce__lines_sold') }}
    group by id_transaction
    {%- else %}
    select
        cast(null as text) as id_transaction,
    {%- for measure in ecommerce_line_metric_names() %}
        cast(null as numeric) as {{ measure }}{{ ',' if not loop.last }}
    {%- endfor %}

    where 1 = 0
    {%- endif %}

),

with_attributes as (

    select
        transactions."idTransaction" as id_transaction,
        transactions."OrderName" as order_name,
        transactions."idShop" as id_shop,
        transactions."dtTransaction" as ordered_at,
        {{ ecommerce_day('transactions."dtTransaction"', 'shops.time_zone') }} as ordered_on,
        transactions."idContact" as id_contact,
        transactions."contactMatchStatus" as contact_match_status,
        case
            when transactions."idContact" is not null
                then 'contact|' || cast(transactions."idContact" as text)
            when transactions."guestKey" <> {{ ecommerce_order_guest_key(
                'transactions."idShop"',
                ecommerce_record_id('transactions."idShop"', 'transactions."idTransaction"')
            ) }} then 'guest|' || transactions."guestKey"
        end as buyer_key,
        not transactions."isTest" and transactions."dtDeleted" is null as is_counted,
        transactions."dtCancelled" is not null as is_cancelled,
        coalesce(statuses.is_paid, false) as is_paid,
        transactions."financialStatus" as financial_status,
        transactions."fulfillmentStatus" as fulfillment_status,
        transactions."exchangeRateStatus" as exchange_rate_status,
        attributed.attribution_method,
        attributed.campaign_key,
        attributed.campaign_name,
        attributed.campaign_channel,
        attributed.campaign_source,
        attributed.id_batch,
        attributed.id_send_log,
        attributed.touched_at,
        item_sums.unit_count,
        item_sums.sold_unit_count,
        item_sums.returned_unit_count,
        item_sums.projected_revenue_amount as line_projected_amount,
        transactions."Currency" as currency,
    {%- for name, column in {
        'gross': 'Revenue', 'discount': 'Discount', 'refund': 'Refund', 'shipping': 'Shipping',
        'tax': 'Tax', 'adjustment': 'Adjustment', 'total': 'Total',
    }.items() %}
        case
            when transactions."exchangeRateStatus" not in ('missing_rate', 'unknown_currency')
                then coalesce(transactions."{{ column }}", 0)
        end as {{ name }}_amount,
    {%- endfor %}
    {%- for name, column in {
        'gross': 'Revenue', 'discount': 'Discount', 'refund': 'Refund', 'total': 'Total',
    }.items() %}
        coalesce(transactions."original{{ column }}", 0) as original_{{ name }}_amount,
    {%- endfor %}
        transactions."originalCurrency" as original_currency

    from transactions
    inner join attributed
        on transactions."idTransaction" = attributed.id_transaction
    left join shops
        on transactions."idShop" = shops.shop_id
    left join statuses
        on transactions."financialStatus" = statuses.status
    left join item_sums
        on transactions."idTransaction" = item_sums.id_transaction

),

-- Projected revenue of the lines; for orders without lines, projected revenue of the order.
with_projected_amount as (

    select
        with_attributes.*,
        is_counted and not is_cancelled and ordered_at is not null as is_standing,
        case
            when gross_amount is null then null
            when is_cancelled then 0
            else coalesce(line_projected_amount, gross_amount - discount_amount)
        end as projected_revenue_amount

    from with_attributes

),

with_buyer_order_number as (

    select
        with_projected_amount.*,
        case
            when is_standing and buyer_key is not null then row_number() over (
                partition by buyer_key, is_standing
                order by ordered_at asc, id_transaction asc
            )
        end as buyer_order_number

    from with_projected_amount

)

select
    id_transaction,
    order_name,
    id_shop,
    ordered_at,
    ordered_on,
    id_contact,
    contact_match_status,
    buyer_key,
    buyer_order_number,
    buyer_order_number = 1 as is_first_order,
    is_counted,
    is_cancelled,
    is_paid,
    financial_status,
    fulfillment_status,
    exchange_rate_status,
    attribution_method,
    campaign_key,
    campaign_name,
    campaign_channel,
    campaign_source,
    id_batch,
    id_send_log,
    touched_at,
    unit_count,
    sold_unit_count,
    returned_unit_count,
    currency,
    gross_amount,
    discount_amount,
    refund_amount,
    gross_amount - discount_amount - refund_amount as net_amount,
    shipping_amount,
    tax_amount,
    adjustment_amount,
    total_amount,
    projected_revenue_amount,
    case
        when gross_amount is null then null
        when is_paid then projected_revenue_amount
        else 0
    end as realised_revenue_amount,
    original_gross_amount,
    original_discount_amount,
    original_refund_amount,
    original_gross_amount - original_discount_amount - original_refund_amount
        as original_net_amount,
    original_total_amount,
    original_currency

from with_buyer_order_number
