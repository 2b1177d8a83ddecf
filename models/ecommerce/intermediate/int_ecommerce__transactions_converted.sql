{%- set amounts = [
    'gross', 'discount', 'shipping', 'shipping_tax', 'tax', 'charges', 'total', 'refunded',
] -%}
{%- set charges = ['fee', 'tip', 'duty', 'adjustment'] -%}

with

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_matched') }}

),

shops as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__shops') }}

),

currencies as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}

),

rates as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__rates_daily') }}

),

-- The date whose rate converts the order, in the shop's time zone.
with_rate_day as (

    select
        transactions.*,
        {{ ecommerce_day(
            'coalesce(transactions.processed_at, transactions.created_at)'
            if ecommerce_setting('ecommerce_rate_date') == 'ordered'
            else 'transactions.created_at',
            'shops.time_zone'
        ) }} as rate_day
    {%- for side in ['', 'shop_'] %},
        case
            when coalesce(
                {%- for charge in charges %}
                transactions.{{ side }}{{ charge }}_amount{{ ',' if not loop.last }}
                {%- endfor %}
            ) is not null
                then {% for charge in charges -%}
                coalesce(
                    transactions.{{ side }}{{ charge }}_amount,
                    cast(0 as {{ ecommerce_type('amount') }})
                )
                {{- ' + ' if not loop.last }}
                {%- endfor %}
        end as {{ side }}charges_amount
    {%- endfor %}

    from transactions
    left join shops
        on transactions.shop_id = shops.shop_id

),

with_status as (

    select
        with_rate_day.*,
        case
            when order_currency.currency is null or reporting.currency is null
                then 'unknown_currency'
            when with_rate_day.currency = reporting.currency then 'identity'
            when
                with_rate_day.shop_currency = reporting.currency
                and with_rate_day.shop_total_amount is not null
                then 'shop'
            else coalesce(rates.status, 'missing_rate')
        end as exchange_rate_status,
        rates.rate_from as daily_rate_from,
        rates.rate_to as daily_rate_to,
        rates.published_on as daily_published_on

    from with_rate_day
    left join currencies as order_currency
        on with_rate_day.currency = order_currency.currency
    left join currencies as reporting
        on reporting.currency = {{ ecommerce_currency() }}
    left join rates
        on with_rate_day.currency = rates.currency
        and with_rate_day.rate_day = rates.rate_on

),

with_rate as (

    select
        with_status.*,
        case
            when exchange_rate_status = 'identity' then cast(1 as {{ ecommerce_type('rate') }})
            when exchange_rate_status in ('custom', 'fixed', 'exact', 'carried')
                then daily_rate_from
        end as exchange_rate_from,
        case
            when exchange_rate_status = 'identity' then cast(1 as {{ ecommerce_type('rate') }})
            when exchange_rate_status in ('custom', 'fixed', 'exact', 'carried')
                then daily_rate_to
        end as exchange_rate_to,
        case
            when exchange_rate_status in ('identity', 'shop') then rate_day
            when exchange_rate_status in ('custom', 'fixed', 'exact', 'carried')
                then daily_published_on
        end as exchange_rate_on,
        case
            when exchange_rate_status in ('exact', 'carried') then 'ecb'
            when exchange_rate_status in ('identity', 'shop', 'custom', 'fixed')
                then exchange_rate_status
        end as exchange_rate_source

    from with_status

),

converted as (

    select
        with_rate.*,
    {%- for amount in amounts %}
        case
            when exchange_rate_status <> 'shop' then {{ ecommerce_convert(
                amount ~ '_amount', 'exchange_rate_from', 'exchange_rate_to', ecommerce_exponent()
            ) }}
            when abs(shop_{{ amount }}_amount) < 9999999999999999
                then {{ ecommerce_round('shop_' ~ amount ~ '_amount', ecommerce_exponent()) }}
        end as reporting_{{ amount }}_amount{{ ',' if not loop.last }}
    {%- endfor %}

    from with_rate

),

-- The tables keep amounts with 16 digits before the decimal point.
with_range as (

    select
        converted.*,
        number_out_of_range
    {%- for amount in amounts %}
        or (
            reporting_{{ amount }}_amount is null
            and case
                when exchange_rate_status = 'shop' then shop_{{ amount }}_amount is not null
                else {{ amount }}_amount is not null and exchange_rate_to is not null
            end
        )
    {%- endfor %} as has_amount_out_of_range

    from converted

)

select * from with_range
