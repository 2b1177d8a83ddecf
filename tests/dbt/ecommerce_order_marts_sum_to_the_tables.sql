-- Marts of orders whose rows have no original currency. Each row is what the table has of the
-- orders that its keys stand for; and for each original currency in turn, the orders that find a
-- row by its keys are all that the table has.
{%- set columns = {
    'gross_amount': 'Revenue', 'discount_amount': 'Discount', 'refund_amount': 'Refund',
    'shipping_amount': 'Shipping', 'tax_amount': 'Tax', 'adjustment_amount': 'Adjustment',
    'total_amount': 'Total',
} %}
{%- set amounts = columns.keys() | list + ['net_amount'] %}
{%- set marts = {
    'ecommerce_campaign_performance': {
        'keys': {'campaign_key': 'campaign_key'},
        'orders': 'true',
        'amounts': amounts,
    },
    'ecommerce_campaign_sales_daily': {
        'keys': {
            'id_shop': 'id_shop', 'ordered_on': 'ordered_on', 'campaign_key': 'campaign_key',
        },
        'orders': 'true',
        'amounts': amounts,
    },
    'ecommerce_contact_summary': {
        'keys': {'id_contact': 'id_contact'},
        'orders': 'id_contact is not null',
        'amounts': amounts,
    },
    'ecommerce_cohorts': {
        'keys': {
            'id_shop': 'first_id_shop', 'cohort_month': 'first_month',
            'activity_month': 'ordered_month',
        },
        'orders': 'is_of_buyer',
        'amounts': ['gross_amount', 'net_amount'],
    },
} %}
with

-- What a mart's keys are of an order stands in the orders' own mart, amounts in the table.
described as (

    select
        id_transaction,
        ordered_on,
        campaign_key,
        buyer_key,
        buyer_order_number,
        cast(date_trunc('month', ordered_on) as date) as ordered_month

    from {{ ref('ecommerce_transactions_enriched') }}

),

firsts as (

    select
        described.buyer_key,
        described.ordered_month as first_month,
        transactions."idShop" as first_id_shop

    from described
    inner join {{ ref('ECommerce_Transaction') }} as transactions
        on described.id_transaction = transactions."idTransaction"
    where described.buyer_order_number = 1

),

orders as (

    select
        transactions."idShop" as id_shop,
        transactions."idContact" as id_contact,
        transactions."originalCurrency" as original_currency,
        described.ordered_on,
        described.ordered_month,
        described.campaign_key,
        firsts.first_id_shop,
        firsts.first_month,
        (
            transactions."dtCancelled" is null
            and transactions."dtTransaction" is not null
            and (
                transactions."idContact" is not null
                or transactions."guestKey" <> {{ ecommerce_order_guest_key(
                    'transactions."idShop"',
                    ecommerce_record_id('transactions."idShop"', 'transactions."idTransaction"')
                ) }}
            )
        ) as is_of_buyer
    {%- for name, column in columns.items() %},
        coalesce(transactions."{{ column }}", 0) as {{ name }}
    {%- endfor %},
        coalesce(transactions."Revenue", 0)
        - coalesce(transactions."Discount", 0)
        - coalesce(transactions."Refund", 0) as net_amount

    from {{ ref('ECommerce_Transaction') }} as transactions
    left join described
        on transactions."idTransaction" = described.id_transaction
    left join firsts
        on described.buyer_key = firsts.buyer_key
    where
        not transactions."isTest"
        and transactions."dtDeleted" is null

)

{%- for mart, its in marts.items() %},

{{ mart }}_rows as (

    select
        concat_ws('|', {{ its['keys'] | join(', ') }}) as mart_key,
        order_count,
        {{ its['amounts'] | join(', ') }}

    from {{ ref(mart) }}

),

{{ mart }}_placed as (

    select
        concat_ws('|', {{ its['keys'].values() | join(', ') }}) as mart_key,
        original_currency,
        count(*) as order_count
        {%- for amount in its['amounts'] %},
        sum({{ amount }}) as {{ amount }}
        {%- endfor %}

    from orders
    where {{ its['orders'] }}
    group by 1, 2

),

{{ mart }}_differences as (

    select
        'row' as kind,
        mart_key as whose,
        order_count,
        {{ its['amounts'] | join(', ') }}

    from {{ mart }}_placed
    union all
    select
        'row',
        mart_key,
        -order_count,
        -{{ its['amounts'] | join(', -') }}

    from {{ mart }}_rows
    union all
    select
        'currency',
        original_currency,
        1,
        {{ its['amounts'] | join(', ') }}

    from orders
    where {{ its['orders'] }}
    union all
    select
        'currency',
        placed.original_currency,
        -placed.order_count
        {%- for amount in its['amounts'] %},
        -placed.{{ amount }}
        {%- endfor %}

    from {{ mart }}_placed as placed
    inner join {{ mart }}_rows as found
        on placed.mart_key = found.mart_key

)
{%- endfor %}
{% for mart, its in marts.items() %}
select
    '{{ mart }}' as mart,
    kind,
    whose

from {{ mart }}_differences
group by kind, whose
having
    sum(order_count) <> 0
    {%- for amount in its['amounts'] %}
    or sum({{ amount }}) <> 0
    {%- endfor %}
{{ 'union all' if not loop.last }}
{%- endfor %}
