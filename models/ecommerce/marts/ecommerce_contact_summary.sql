with

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }}
    where
        is_counted
        and id_contact is not null

),

contact_sums as (

    select
        id_contact,
        max(case when is_first_order then id_shop end) as id_shop,
        min(case when buyer_order_number is not null then ordered_on end) as first_ordered_on,
        max(case when buyer_order_number is not null then ordered_on end) as last_ordered_on,
        count(buyer_order_number) as standing_order_count,
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

-- The position of a contact is the number of lower contacts plus half the number of equal ones.
rfm_scores as (

    select
        id_contact,
    {%- for name, column in {
        'recency': 'last_ordered_on', 'frequency': 'standing_order_count',
        'monetary': 'net_amount',
    }.items() %}
        cast(3 + round(
            5 * cast(
                2 * (rank() over (order by {{ column }}) - 1)
                + count(*) over (partition by {{ column }}) as numeric
            ) / (2 * count(*) over ()) - 2.5
        ) as int) as {{ name }}_score{{ ',' if not loop.last }}
    {%- endfor %}

    from with_ratios
    where standing_order_count > 0

)

select
    with_ratios.id_contact,
    with_ratios.id_shop,
    with_ratios.first_ordered_on,
    with_ratios.last_ordered_on,
    with_ratios.standing_order_count > 1 as is_repeat_buyer,
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
        when rfm_scores.recency_score >= 4 and with_ratios.standing_order_count = 1 then 'new'
        when rfm_scores.recency_score >= 3 then 'occasional'
        when rfm_scores.frequency_score >= 4 then 'at_risk'
        else 'lost'
    end as rfm_segment

from with_ratios
left join rfm_scores
    on with_ratios.id_contact = rfm_scores.id_contact
