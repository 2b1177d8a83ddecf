{{ config(
    materialized='ecommerce_maintained',
    unique_key=['id_contact'],
    indexes=ecommerce_indexes(['id_contact']),
    meta={'scope': {
        'kind': 'contact', 'columns': ['id_contact'], 'with_null': true, 'with_others': true,
    }},
) }}
{%- set ranked_columns = {
    'recency': 'last_ordered_on', 'frequency': 'dated_order_count', 'monetary': 'net_amount',
} %}
{%- set counts = ['order_count', 'cancelled_order_count', 'unconverted_order_count'] %}
{%- set sums = [] %}
{%- for name in ecommerce_unit_names() %}
    {%- do sums.append(name) %}
{%- endfor %}
{%- for name in ecommerce_order_amount_names() %}
    {%- do sums.append(name) %}
{%- endfor %}
{%- set columns = [
    'id_contact', 'id_shop', 'first_ordered_on', 'last_ordered_on', 'dated_order_count',
] + counts + sums %}
{%- set scope = ecommerce_scope() %}

with

transactions as (

    select *
    from {{ ecommerce_rows_in_scope(
        ref('shopapp_ecommerce', 'ecommerce_transactions_enriched'), ['id_contact'],
        with_null=false
    ) }} as enriched
    where
        is_counted
        and id_contact is not null

),

contact_sums as (

    select
        id_contact,
        max({{ ecommerce_text_order('case when is_first_order then id_shop end') }}) as id_shop,
        min(case when buyer_order_number is not null then ordered_on end) as first_ordered_on,
        max(case when buyer_order_number is not null then ordered_on end) as last_ordered_on,
        count(buyer_order_number) as dated_order_count,
        {{ ecommerce_order_metrics() }}

    from transactions
    group by id_contact

),

-- Of contacts outside of the scope, the values and scores that the table has.
contacts_to_rank as (

    select
        id_contact
    {%- for name, column in ranked_columns.items() %},
        {{ column }},
        cast(null as {{ ecommerce_type('int') }}) as {{ name }}_score
    {%- endfor %}

    from contact_sums
    where dated_order_count > 0
    {%- if scope %}
    union all
    select
        existing.id_contact
    {%- for name, column in ranked_columns.items() %},
        existing.{{ column }},
        existing.{{ name }}_score
    {%- endfor %}

    from {{ this }} as existing
    left join {{ ecommerce_scope_name() }} as scope
        on existing.id_contact = scope.id_contact
    where
        existing.dated_order_count > 0
        and existing.id_contact is not null
        and scope.id_contact is null
    {%- endif %}

),

{%- for name, column in ranked_columns.items() %}

{{ name }}_places as (

    select
        {{ column }},
        count(*) as equal_count,
        cast(
            sum(count(*)) over (order by {{ column }}) - count(*) as {{ ecommerce_type('integer') }}
        ) as lower_count,
        cast(sum(count(*)) over () as {{ ecommerce_type('integer') }}) as contact_count

    from contacts_to_rank
    group by {{ column }}

),

-- The position p of a contact, from 0 to 1, is the share of the lower contacts plus half the share
-- of the equal ones. The score is 3 + (5 × p − 2.5), rounded half away from zero. With `distinct`,
-- Postgres computes the score per value instead of per contact.
{{ name }}_scores as (

    select distinct
        {{ column }},
        cast(3 + {{ ecommerce_quotient(
            '(5 * (2 * lower_count + equal_count - contact_count))', '(2 * contact_count)', 0
        ) }} as {{ ecommerce_type('int') }}) as score

    from {{ name }}_places

),
{%- endfor %}

-- Outside of the scope, only contacts whose scores changed.
rfm_scores as (

    select
        contacts_to_rank.id_contact
    {%- for name in ranked_columns %},
        {{ name }}_scores.score as {{ name }}_score
    {%- endfor %}

    from contacts_to_rank
    {%- for name, column in ranked_columns.items() %}
    inner join {{ name }}_scores
        on contacts_to_rank.{{ column }} = {{ name }}_scores.{{ column }}
    {%- endfor %}
    where
        {%- for name in ranked_columns %}
        {{ 'or ' if not loop.first -}}
        contacts_to_rank.{{ name }}_score is distinct from {{ name }}_scores.score
        {%- endfor %}

),

-- The row with id_contact null has the orders without a contact.
summed as (

    select
        {{ columns | join(',\n        ') }}

    from contact_sums
    union all
    select
        cast(null as {{ ecommerce_type('id') }}) as id_contact,
        max({{ ecommerce_text_order('case when first_order_count > 0 then id_shop end') }})
            as id_shop,
        min(case when numbered_order_count > 0 then ordered_on end) as first_ordered_on,
        max(case when numbered_order_count > 0 then ordered_on end) as last_ordered_on,
        {%- for name in ['numbered_order_count'] + counts %}
        cast(sum({{ name }}) as {{ ecommerce_type('integer') }}) as {{ name }},
        {%- endfor %}
        {%- for name in sums %}
        sum({{ name }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}

    from {{ ref('shopapp_ecommerce', 'int_ecommerce__unmatched_sales_daily') }}
    having count(*) > 0
    {%- if scope %}
    union all
    select
        {%- for name in columns %}
        existing.{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}

    from {{ this }} as existing
    inner join rfm_scores
        on existing.id_contact = rfm_scores.id_contact
    left join {{ ecommerce_scope_name() }} as scope
        on existing.id_contact = scope.id_contact
    where scope.id_contact is null
    {%- endif %}

),

with_ratios as (

    select
        summed.*,
        {{ ecommerce_currency() }} as currency,
        {{ ecommerce_order_ratios() }}

    from summed

),

segmented as (

    select
        with_ratios.id_contact,
        with_ratios.id_shop,
        with_ratios.first_ordered_on,
        with_ratios.last_ordered_on,
        with_ratios.dated_order_count > 1 as is_repeat_buyer,
        with_ratios.dated_order_count,
        with_ratios.order_count,
        with_ratios.cancelled_order_count,
        with_ratios.unconverted_order_count,
        with_ratios.unit_count,
        with_ratios.sold_unit_count,
        with_ratios.returned_unit_count,
        {%- for amount in ecommerce_order_amount_names() %}
        with_ratios.{{ amount }},
        {%- endfor %}
        with_ratios.currency,
        with_ratios.average_order_amount,
        with_ratios.items_per_order,
        with_ratios.return_rate,
        rfm_scores.recency_score,
        rfm_scores.frequency_score,
        rfm_scores.monetary_score,
        case
            when rfm_scores.id_contact is null then null
            when rfm_scores.recency_score >= 4 and rfm_scores.frequency_score >= 4
                and rfm_scores.monetary_score >= 4 then 'champion'
            when rfm_scores.recency_score >= 3 and rfm_scores.frequency_score >= 4 then 'loyal'
            when rfm_scores.recency_score >= 4 and with_ratios.dated_order_count = 1 then 'new'
            when rfm_scores.recency_score >= 3 then 'occasional'
            when rfm_scores.frequency_score >= 4 then 'at_risk'
            else 'lost'
        end as rfm_segment

    from with_ratios
    left join rfm_scores
        on with_ratios.id_contact = rfm_scores.id_contact

)

{{ ecommerce_typed_rows('segmented') }}
