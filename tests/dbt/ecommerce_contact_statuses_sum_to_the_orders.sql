-- Per shop and day, the orders with the statuses matched, guest, unmatched, ambiguous, conflict
-- and erased sum to all orders. ecommerce_loaded_orders_are_in_a_table tests that the table has
-- every loaded order.
select
    "idShop",
    cast("dtTransactionCreatedAt" as date) as created_on,
    count(*) as order_count,
    count(*) filter (where "contactMatchStatus" = 'matched') as matched_count,
    count(*) filter (where "contactMatchStatus" = 'guest') as guest_count,
    count(*) filter (where "contactMatchStatus" = 'unmatched') as unmatched_count,
    count(*) filter (where "contactMatchStatus" = 'ambiguous') as ambiguous_count,
    count(*) filter (where "contactMatchStatus" = 'conflict') as conflict_count,
    count(*) filter (where "contactMatchStatus" = 'erased') as erased_count

from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}
group by 1, 2
having
    count(*) <> count(*) filter (
        where "contactMatchStatus" in (
            'matched', 'guest', 'unmatched', 'ambiguous', 'conflict', 'erased'
        )
    )
