{#- Every run computes all rows, a few hundred thousand at most, and writes changed rows only.
    `changed_at` then shows which orders to convert again. `analyze` keeps the first build from
    reading all of a currency's days for each order. -#}
{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key=['currency', 'rate_on'],
    indexes=ecommerce_indexes(['changed_at'], unique=['currency', 'rate_on']),
    on_schema_change='append_new_columns',
    post_hook='{{ ecommerce_analyze() }}',
) }}

{%- set custom_relation = ecommerce_setting('ecommerce_custom_rates_relation') %}
{%- set max_age = ecommerce_integer_setting('ecommerce_rate_max_age_days') %}

with

currencies as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}

),

days as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__days') }}

),

published_rates as (

    select
        currency,
        rate_on,
        cast(rate as {{ ecommerce_type('rate') }}) as rate,
        lead(rate_on) over (partition by currency order by rate_on) as next_rate_on

    from {{ ref('shopapp_ecommerce', 'stg_ecommerce__exchange_rates') }}
    where rate > 0

),

-- A day without a rate takes the last earlier rate, never a later one.
published_days as (

    select
        currency,
        rate,
        rate_on as published_on,
        {{ ecommerce_days('rate_on', 'coalesce(
            least(next_rate_on - 1, rate_on + ' ~ max_age ~ '), rate_on + ' ~ max_age ~ '
        )') }} as rate_on

    from published_rates

),

ecb_daily as (

    select
        currency,
        'EUR' as base_currency,
        rate_on,
        rate,
        published_on,
        case when rate_on = published_on then 'exact' else 'carried' end as status

    from published_days

),

{%- if custom_relation %}

custom_rates as (

    select
        upper(cast(currency as {{ ecommerce_type('text') }})) as currency,
        upper(cast(base_currency as {{ ecommerce_type('text') }})) as base_currency,
        cast(rate as {{ ecommerce_type('rate') }}) as rate,
        cast(valid_from as date) as valid_from,
        coalesce(cast(valid_to as date), {{ ecommerce_latest_day() }} + {{ max_age }})
            as valid_to

    from {{ custom_relation }}
    where rate > 0 and rate < 1000000000000

),

custom_daily as (

    select
        custom_rates.currency,
        custom_rates.base_currency,
        days.day as rate_on,
        custom_rates.rate,
        custom_rates.valid_from as published_on,
        'custom' as status

    from custom_rates
    inner join days
        on days.day between custom_rates.valid_from and custom_rates.valid_to
    where custom_rates.base_currency in ('EUR', {{ ecommerce_currency() }})

),
{%- endif %}

-- The euro, and the currencies that it replaced, each from the first day of its fixed rate.
fixed_daily as (

    select
        currencies.currency,
        'EUR' as base_currency,
        days.day as rate_on,
        case
            when currencies.currency = 'EUR' then cast(1 as {{ ecommerce_type('rate') }})
            else currencies.euro_fixed_rate
        end as rate,
        cast(null as date) as published_on,
        'fixed' as status

    from currencies
    inner join days
        on currencies.currency = 'EUR' or days.day >= currencies.euro_fixed_on
    where
        days.day between date '1999-01-01' and {{ ecommerce_latest_day() }} + {{ max_age }}
        and (currencies.currency = 'EUR' or currencies.euro_fixed_on is not null)

),

candidate_rates as (

    select *, 3 as precedence from ecb_daily
    union all
    select *, 2 as precedence from fixed_daily
{%- if custom_relation %}
    union all
    select *, 1 as precedence from custom_daily
{%- endif %}

),

-- If periods of custom rates overlap, the period that begins later wins.
ranked_rates as (

    select
        candidate_rates.*,
        row_number() over (
            partition by currency, rate_on
            order by precedence asc, published_on desc nulls first, rate asc
        ) as preference

    from candidate_rates

),

preferred_rates as (

    select
        currency,
        rate_on,
        base_currency,
        rate,
        published_on,
        status

    from ranked_rates
    where preference = 1

),

-- Both sides of each conversion: the order's currency and the reporting currency, each per base
-- currency. A rate against the reporting currency needs one side only.
rate_pairs as (

    select
        order_side.currency,
        order_side.rate_on,
        order_side.rate as rate_from,
        order_side.published_on as from_published_on,
        order_side.status as from_status,
        case
            when order_side.base_currency = 'EUR' then reporting_side.rate
            else cast(1 as {{ ecommerce_type('rate') }})
        end as rate_to,
        case when order_side.base_currency = 'EUR' then reporting_side.published_on end
            as to_published_on,
        case when order_side.base_currency = 'EUR' then reporting_side.status else 'fixed' end
            as to_status

    from preferred_rates as order_side
    left join preferred_rates as reporting_side
        on order_side.rate_on = reporting_side.rate_on
        and reporting_side.currency = {{ ecommerce_currency() }}
        and reporting_side.base_currency = 'EUR'
    where order_side.currency <> {{ ecommerce_currency() }}

),

-- Status of the less exact side, date of the older side.
daily_rates as (

    select
        currency,
        rate_on,
        rate_from,
        rate_to,
        coalesce(
            least(from_published_on, to_published_on), from_published_on, to_published_on, rate_on
        ) as published_on,
        case
            when 'custom' in (from_status, to_status) then 'custom'
            when 'carried' in (from_status, to_status) then 'carried'
            when 'exact' in (from_status, to_status) then 'exact'
            else 'fixed'
        end as status

    from rate_pairs
    where rate_to is not null

),

{%- if is_incremental() %}

existing as (

    {{ ecommerce_existing_rows({
        'currency': ecommerce_type('text'), 'rate_on': 'date',
        'rate_from': ecommerce_type('rate'), 'rate_to': ecommerce_type('rate'),
        'published_on': 'date', 'status': ecommerce_type('text'),
    }) | indent(4) }}

),

-- A withdrawn rate is also a change: the row stays, with null as its rate.
changed_rates as (

    select
        coalesce(daily_rates.currency, existing.currency) as currency,
        coalesce(daily_rates.rate_on, existing.rate_on) as rate_on,
        daily_rates.rate_from,
        daily_rates.rate_to,
        daily_rates.published_on,
        daily_rates.status

    from daily_rates
    full outer join existing
        on daily_rates.currency = existing.currency
        and daily_rates.rate_on = existing.rate_on
    {%- if flags.EMPTY %}
    -- If nothing was read, missing rates do not count as withdrawn.
    where 1 = 0
    {%- else %}
    where
        daily_rates.rate_from is distinct from existing.rate_from
        or daily_rates.rate_to is distinct from existing.rate_to
        or daily_rates.published_on is distinct from existing.published_on
        or daily_rates.status is distinct from existing.status
    {%- endif %}

),
{%- else %}

changed_rates as (

    select * from daily_rates

),
{%- endif %}

with_changed_at as (

    select
        changed_rates.*,
        {{ dbt.current_timestamp() }} as changed_at

    from changed_rates

)

select * from with_changed_at
