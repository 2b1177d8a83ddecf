with

orders as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }}
    where
        is_counted
        and id_contact is not null

),

summed as (

    select
        id_contact,
        max(case when is_first_order then id_shop end) as id_shop,
        min(case when buyer_order_number is not null then ordered_on end) as first_ordered_on,
        max(case when buyer_order_number is not null then ordered_on end) as last_ordered_on,
        count(buyer_order_number) as standing_order_count,
        {{ ecommerce_currency() }} as currency,
        {{ ecommerce_order_metrics() }}

    from orders
    group by id_contact

),

rated as (

    select
        summed.*,
        {{ ecommerce_order_ratios() }}

    from summed

),

-- rank() is one more than there are contacts who are worse; of those who are equal, half count.
scored as (

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

    from rated
    where standing_order_count > 0

)

select
    rated.id_contact,
    rated.id_shop,
    rated.first_ordered_on,
    rated.last_ordered_on,
    rated.standing_order_count > 1 as is_repeat_buyer,
    rated.order_count,
    rated.cancelled_order_count,
    rated.unconverted_order_count,
    rated.unit_count,
    rated.sold_unit_count,
    rated.returned_unit_count,
    {%- for amount in ecommerce_order_amount_names() %}
    rated.{{ amount }},
    {%- endfor %}
    rated.currency,
    rated.average_order_amount,
    rated.items_per_order,
    rated.return_rate,
    scored.recency_score,
    scored.frequency_score,
    scored.monetary_score,
    case
        when scored.id_contact is null then null
        when scored.recency_score >= 4 and scored.frequency_score >= 4
            and scored.monetary_score >= 4 then 'champion'
        when scored.recency_score >= 3 and scored.frequency_score >= 4 then 'loyal'
        when scored.recency_score >= 4 and rated.standing_order_count = 1 then 'new'
        when scored.recency_score >= 3 then 'occasional'
        when scored.frequency_score >= 4 then 'at_risk'
        else 'lost'
    end as rfm_segment

from rated
left join scored
    on rated.id_contact = scored.id_contact
