{%- set own_relation = ecommerce_setting('ecommerce_report_rules_relation') %}

with

seed as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_report_rules') }}

),

candidate_rows as (

    select
        application,
        fees_in_net,
        sale_day,
        cancelled_as,
        refund_without_lines,
        2 as precedence

    from seed
{%- if own_relation %}
    union all
    select
        lower(cast(application as {{ ecommerce_type('text') }})) as application,
        cast(fees_in_net as {{ ecommerce_type('boolean') }}) as fees_in_net,
        lower(cast(sale_day as {{ ecommerce_type('text') }})) as sale_day,
        lower(cast(cancelled_as as {{ ecommerce_type('text') }})) as cancelled_as,
        lower(cast(refund_without_lines as {{ ecommerce_type('text') }})) as refund_without_lines,
        1 as precedence

    from {{ own_relation }}
{%- endif %}

),

-- One row per application, so that a join never repeats an order.
ranked_rows as (

    select
        candidate_rows.*,
        row_number() over (
            partition by application
            order by
                precedence asc,
                fees_in_net asc,
                {{ ecommerce_text_order('sale_day') }} asc,
                {{ ecommerce_text_order('cancelled_as') }} asc,
                {{ ecommerce_text_order('refund_without_lines') }} asc
        ) as preference

    from candidate_rows
    where application is not null

),

report_rules as (

    select
        application,
        fees_in_net,
        sale_day,
        cancelled_as,
        refund_without_lines

    from ranked_rows
    where preference = 1

)

select * from report_rules
