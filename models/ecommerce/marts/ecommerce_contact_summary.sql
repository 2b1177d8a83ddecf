{%- set ranked_columns = {
    'recency': 'last_ordered_on', 'frequency': 'dated_order_count', 'monetary': 'net_amount',
} %}
with

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }}
    where is_counted

),

-- The row with id_contact null has the orders without a contact.
contact_sums as (

    select
        id_contact,
        max({{ ecommerce_text_order('case when is_first_order then id_shop end') }}) as id_shop,
        min(case when buyer_order_number is not null then ordered_on end) as first_ordered_on,
        max(case when buyer_order_number is not null then ordered_on end) as last_ordered_on,
        count(buyer_order_number) as dated_order_count,
        {{ ecommerce_currency() }} as currency,
        {{ ecommerce_order_metrics() }}

    from transactions
    group by id_contact

),

with_ratios as (

    select
        contact_sums.*,
        {{ ecommerce_order_ratios() }}

    from contact_sums

),

ranked as (

    select
        id_contact,
        count(*) over () as contact_count
    {%- for name, column in ranked_columns.items() %},
        rank() over (order by {{ column }}) - 1 as lower_{{ name }}_count,
        count(*) over (partition by {{ column }}) as equal_{{ name }}_count
    {%- endfor %}

    from with_ratios
    where
        id_contact is not null
        and dated_order_count > 0

),

-- The position p of a contact, from 0 to 1, is the share of the lower contacts plus half the share
-- of the equal ones. The score is 3 + (5 × p − 2.5), rounded half away from zero.
rfm_scores as (

    select
        id_contact
    {%- for name in ranked_columns %},
        cast(3 + {{ ecommerce_quotient(
            '(5 * (2 * lower_' ~ name ~ '_count + equal_' ~ name ~ '_count - contact_count))',
            '(2 * contact_count)', 0
        ) }} as {{ ecommerce_type('int') }}) as {{ name }}_score
    {%- endfor %}

    from ranked

),

segmented as (

    select
        with_ratios.id_contact,
        with_ratios.id_shop,
        with_ratios.first_ordered_on,
        with_ratios.last_ordered_on,
        with_ratios.dated_order_count > 1 as is_repeat_buyer,
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
