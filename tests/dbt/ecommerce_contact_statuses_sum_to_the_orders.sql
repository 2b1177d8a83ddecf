-- Per shop and day, every order has one status: matched, guest, unmatched, ambiguous, conflict or
-- erased. ecommerce_every_order_is_somewhere checks that no loaded order is missing.
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
