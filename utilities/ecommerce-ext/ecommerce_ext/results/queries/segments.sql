-- One row per shop, day of the last order (before days_from: month) and segment. Orders without a
-- contact have an empty segment and the day of the order.
with

contacts as (

    select
        id_shop,
        last_ordered_on as ordered_on,
        rfm_segment as segment,
        1 as contact_count,
        net_amount
    from ecommerce_contact_summary
    where rfm_segment is not null
    union all
    select
        id_shop,
        ordered_on,
        '' as segment,
        0 as contact_count,
        coalesce(net_amount, 0) as net_amount
    from ecommerce_transactions_enriched
    where is_counted and id_contact is null

)

select
    id_shop as shop,
    case
        when ordered_on > %(last)s then null
        when ordered_on < %(days_from)s then cast(date_trunc('month', ordered_on) as date)
        else ordered_on
    end as day,
    segment,
    sum(contact_count) as contact_count,
    sum(net_amount) as net_amount
from contacts
group by 1, 2, 3
order by 1, 2, 3
