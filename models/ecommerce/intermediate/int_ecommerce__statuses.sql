{%- set own_relation = ecommerce_setting('ecommerce_statuses_relation') %}

with

seed as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_statuses') }}

),

candidate_rows as (

    select
        application,
        status_raw,
        financial_status,
        counts_as,
        is_open,
        is_paid,
        2 as precedence

    from seed
{%- if own_relation %}
    union all
    select
        lower(cast(application as {{ ecommerce_type('text') }})) as application,
        cast(status_raw as {{ ecommerce_type('text') }}) as status_raw,
        cast(financial_status as {{ ecommerce_type('text') }}) as financial_status,
        lower(cast(counts_as as {{ ecommerce_type('text') }})) as counts_as,
        cast(is_open as {{ ecommerce_type('boolean') }}) as is_open,
        cast(is_paid as {{ ecommerce_type('boolean') }}) as is_paid,
        1 as precedence

    from {{ own_relation }}
{%- endif %}

),

with_key as (

    select
        candidate_rows.*,
        {{ ecommerce_status_key('status_raw') }} as status_key

    from candidate_rows
    where
        application is not null
        and status_raw is not null

),

-- Spellings of one status are one row, so that a join never repeats an order.
ranked_rows as (

    select
        with_key.*,
        row_number() over (
            partition by application, status_key
            order by
                precedence asc,
                {{ ecommerce_text_order('status_raw') }} asc,
                {{ ecommerce_text_order('counts_as') }} asc,
                is_open asc,
                is_paid asc
        ) as preference

    from with_key

),

statuses as (

    select
        application,
        status_key,
        {{ ecommerce_status_key('financial_status') }} as financial_status,
        counts_as,
        is_open,
        is_paid

    from ranked_rows
    where preference = 1

)

select * from statuses
