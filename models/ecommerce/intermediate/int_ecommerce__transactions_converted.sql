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

{#- Lists of currencies, because Postgres would read a joined table twice for each order. -#}
{%- set exchange_rate_status -%}
        case
            when not coalesce(
                with_rate_day.currency in (select currencies.currency from currencies), false
            ) then 'unknown_currency'
            when (
                select count(*) from currencies
                where currency = {{ ecommerce_currency() }}
            ) = 0 then 'unknown_currency'
            when with_rate_day.currency = {{ ecommerce_currency() }} then 'identity'
            when
                with_rate_day.shop_currency = {{ ecommerce_currency() }}
                and with_rate_day.shop_total_amount is not null
                then 'shop'
            else coalesce(rates.status, 'missing_rate')
        end
{%- endset -%}
{%- set status = ecommerce_once('computed', {'exchange_rate_status': exchange_rate_status}) %}

with_status as (

    select
        with_rate_day.*,
        {{ status.columns }},
        rates.rate_from as daily_rate_from,
        rates.rate_to as daily_rate_to,
        rates.published_on as daily_published_on

    from with_rate_day
    left join rates
        on with_rate_day.currency = rates.currency
        and with_rate_day.rate_day = rates.rate_on
    {{ status.join }}

),

with_rate as (

    select
        with_status.*,
    {%- for side in ['from', 'to'] %}
        case exchange_rate_status
            when 'identity' then cast(1 as {{ ecommerce_type('rate') }})
            when 'shop' then null
            when 'unknown_currency' then null
            else daily_rate_{{ side }}
        end as exchange_rate_{{ side }},
    {%- endfor %}
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

-- The tables keep amounts with 16 digits before the decimal point. All amounts of an order are in
-- range if its largest amount is.
with_largest_amount as (

    select
        converted.*,
    {%- for side in ['', 'shop_'] %}
        greatest(
        {%- for amount in amounts %}
            coalesce(abs({{ side }}{{ amount }}_amount), {{ ecommerce_zero('amount') }})
            {{- ',' if not loop.last }}
        {%- endfor %}
        ) as {{ side }}largest_amount{{ ',' if not loop.last }}
    {%- endfor %}

    from converted

),

{%- set largest = ecommerce_fraction(
    ('largest_amount', 10), ('exchange_rate_to', 12), ('exchange_rate_from', 12),
    ecommerce_exponent()
) %}

with_range as (

    select
        with_largest_amount.*,
        number_out_of_range
        or case
            when exchange_rate_status = 'shop' then shop_largest_amount >= 9999999999999999
            else exchange_rate_to is not null and {{ largest.numerator }} is null
        end as has_amount_out_of_range

    from with_largest_amount

)

select * from with_range
