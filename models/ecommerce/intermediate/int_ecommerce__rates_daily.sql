{#- Computed whole on every run, for a few hundred thousand days at most, and written only where a
    value changed: `changed_at` then tells which orders to convert again. Analyzed, or else the
    first build would look at all of a currency's days for each order. -#}
{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key=['currency', 'rate_on'],
    indexes=[{'columns': ['currency', 'rate_on'], 'unique': true}, {'columns': ['changed_at']}],
    on_schema_change='append_new_columns',
    post_hook='analyze {{ this }}',
) }}

{%- set custom_relation = ecommerce_setting('ecommerce_custom_rates_relation') %}
{%- set max_age = ecommerce_integer_setting('ecommerce_rate_max_age_days') %}

with

currencies as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}

),

published as (

    select
        currency,
        rate_on,
        rate,
        lead(rate_on) over (partition by currency order by rate_on) as next_rate_on

    from {{ ref('shopapp_ecommerce', 'stg_ecommerce__exchange_rates') }}

),

-- Forward only: a day takes the last rate known then, never one of the future.
ecb_daily as (

    select
        published.currency,
        'EUR' as base_currency,
        cast(days.rate_on as date) as rate_on,
        published.rate,
        published.rate_on as published_on,
        case when days.rate_on = published.rate_on then 'exact' else 'carried' end as status

    from published
    cross join lateral generate_series(
        published.rate_on,
        least(published.next_rate_on - 1, published.rate_on + {{ max_age }}),
        interval '1 day'
    ) as days (rate_on)

),

{%- if custom_relation %}

custom as (

    select
        upper(cast(currency as text)) as currency,
        upper(cast(base_currency as text)) as base_currency,
        cast(rate as numeric) as rate,
        cast(valid_from as date) as valid_from,
        coalesce(cast(valid_to as date), current_date + {{ max_age }}) as valid_to

    from {{ custom_relation }}

),

custom_daily as (

    select
        custom.currency,
        custom.base_currency,
        cast(days.rate_on as date) as rate_on,
        custom.rate,
        custom.valid_from as published_on,
        'custom' as status

    from custom
    cross join lateral generate_series(
        custom.valid_from, custom.valid_to, interval '1 day'
    ) as days (rate_on)
    where
        custom.rate > 0
        and custom.base_currency in ('EUR', {{ ecommerce_currency() }})

),
{%- endif %}

all_days as (

    select cast(days.rate_on as date) as rate_on
    from generate_series(
        date '1999-01-01', current_date + {{ max_age }}, interval '1 day'
    ) as days (rate_on)

),

-- The euro and the currencies that it replaced, from the day on which each was.
fixed_daily as (

    select
        currencies.currency,
        'EUR' as base_currency,
        all_days.rate_on,
        case when currencies.currency = 'EUR' then 1 else currencies.euro_fixed_rate end as rate,
        cast(null as date) as published_on,
        'fixed' as status

    from currencies
    inner join all_days
        on currencies.currency = 'EUR' or all_days.rate_on >= currencies.euro_fixed_on

),

known as (

    select *, 3 as precedence from ecb_daily
    union all
    select *, 2 as precedence from fixed_daily
{%- if custom_relation %}
    union all
    select *, 1 as precedence from custom_daily
{%- endif %}

),

-- Where the user's windows overlap, the later one holds.
preferred as (

    select distinct on (currency, rate_on)
        currency,
        rate_on,
        base_currency,
        cast(rate as numeric(28, 12)) as rate,
        published_on,
        status

    from known
    order by currency, rate_on, precedence, published_on desc, rate

),

-- What the reporting currency is worth on each day. A rate that is stated against the reporting
-- currency itself needs no other side.
paired as (

    select
        order_side.currency,
        order_side.rate_on,
        order_side.rate as rate_from,
        order_side.published_on as from_published_on,
        order_side.status as from_status,
        case when order_side.base_currency = 'EUR' then reporting_side.rate else 1 end as rate_to,
        case when order_side.base_currency = 'EUR' then reporting_side.published_on end
            as to_published_on,
        case when order_side.base_currency = 'EUR' then reporting_side.status else 'fixed' end
            as to_status

    from preferred as order_side
    left join preferred as reporting_side
        on order_side.rate_on = reporting_side.rate_on
        and reporting_side.currency = {{ ecommerce_currency() }}
        and reporting_side.base_currency = 'EUR'
    where order_side.currency <> {{ ecommerce_currency() }}

),

-- The weaker side gives the status, the older one the date.
resolved as (

    select
        currency,
        rate_on,
        rate_from,
        cast(rate_to as numeric(28, 12)) as rate_to,
        coalesce(least(from_published_on, to_published_on), rate_on) as published_on,
        case
            when 'custom' in (from_status, to_status) then 'custom'
            when 'carried' in (from_status, to_status) then 'carried'
            when 'exact' in (from_status, to_status) then 'exact'
            else 'fixed'
        end as status

    from paired
    where rate_to is not null

),

{%- if is_incremental() %}

existing as (

    {{ ecommerce_existing_rows({
        'currency': 'text', 'rate_on': 'date', 'rate_from': 'numeric', 'rate_to': 'numeric',
        'published_on': 'date', 'status': 'text',
    }) | indent(4) }}

),

-- A day whose rate was taken back is left without one, which is a change too.
changed as (

    select
        coalesce(resolved.currency, existing.currency) as currency,
        coalesce(resolved.rate_on, existing.rate_on) as rate_on,
        resolved.rate_from,
        resolved.rate_to,
        resolved.published_on,
        resolved.status

    from resolved
    full outer join existing
        on resolved.currency = existing.currency
        and resolved.rate_on = existing.rate_on
    {%- if flags.EMPTY %}
    -- No rate was taken back because nothing was read.
    where 1 = 0
    {%- else %}
    where
        (resolved.rate_from, resolved.rate_to, resolved.published_on, resolved.status)
        is distinct from
        (existing.rate_from, existing.rate_to, existing.published_on, existing.status)
    {%- endif %}

),
{%- else %}

changed as (

    select * from resolved

),
{%- endif %}

stamped as (

    select
        changed.*,
        now() as changed_at

    from changed

)

select * from stamped
