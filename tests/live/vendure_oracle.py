"""Expected content of the four tables, read by SQL from Vendure's tables.

These queries share no code with the tap or the dbt package. Amounts are in hundredths, as in
Vendure.
"""

from __future__ import annotations

# Units of a currency per euro: the custom rates of the conversion.
RATES = {"EUR": "1", "USD": "1.0837", "CAD": "1.4771", "JPY": "163.0512"}

COLUMNS = (
    "id",
    "currency",
    "total",
    "gross",
    "discount",
    "shipping",
    "tax",
    "refunded",
    "financial",
    "fulfillment",
    "placed_at",
    "lines",
    "contact",
    "reporting_total",
)
# One row per order: ordered, cancelled, paid and refunded amounts. The total already excludes
# amounts that a modification refunded. If more was paid than the remaining lines cost, the
# cancelled units count as sold, and after the refund as refunded.
_ORDERS = """
with lines as (
    select
        l."orderId", l.id, l.quantity, l."orderPlacedQuantity" as placed,
        greatest(0, l."orderPlacedQuantity" - l.quantity + coalesce((
            select sum(m.quantity) from order_line_reference as m
            where m."orderLineId" = l.id and m."modificationId" is not null
        ), 0)) as cancelled,
        1 + case when l."listPriceIncludesTax" then tax.rate else 0 end / 100 as divisor,
        l."listPrice" as price, coalesce(off.amount, 0) as off
    from order_line as l
    cross join lateral (
        select sum((t ->> 'taxRate')::numeric) as rate
        from json_array_elements(l."taxLines"::json) as t
    ) as tax
    cross join lateral (
        select sum((a ->> 'amount')::numeric) as amount
        from json_array_elements(l.adjustments::json) as a
    ) as off
),
paid as (
    select
        o.id, o."subTotalWithTax" + o."shippingWithTax" as left_over,
        coalesce((
            select sum(p.amount) from payment as p
            where p."orderId" = o.id and p.state = 'Settled'
        ), 0) - coalesce(modified.back, 0) as paid,
        coalesce((
            select sum(r.total) from refund as r inner join payment as p on p.id = r."paymentId"
            where p."orderId" = o.id and r.state = 'Settled'
        ), 0) - coalesce(modified.back, 0) as refunded
    from "order" as o
    cross join lateral (
        select sum(r.total) as back
        from order_modification as m inner join refund as r on r.id = m."refundId"
        where m."orderId" = o.id and r.state = 'Settled'
    ) as modified
),
told as (
    select paid.*, paid > left_over as is_as_paid from paid
)
select
    o.id::text,
    o."currencyCode",
    case when is_as_paid then paid else left_over end / 100.0 as total,
    (
        select sum(
            round(price / divisor * quantity)
            + case when is_as_paid then cancelled else 0 end * round(price / divisor)
        ) from lines where lines."orderId" = o.id
    ) / 100.0 as gross,
    case when not is_as_paid then (
        select sum(
            round(price / divisor * quantity)
            - case when quantity = 0 then 0 else round(
                (price + off / greatest(quantity, placed)) / divisor * quantity
            ) end
        ) from lines where lines."orderId" = o.id
    ) / 100.0 end as discount,
    case when not is_as_paid then o.shipping / 100.0 end as shipping,
    case when not is_as_paid
        then (left_over - o."subTotal" - o.shipping) / 100.0 end as tax,
    refunded / 100.0 as refunded,
    case
        when refunded >= paid and refunded > 0 then 'refunded'
        when refunded > 0 then 'partially_refunded'
        when o.state = 'Cancelled' and paid = 0 then 'voided'
        when paid >= left_over then 'paid'
        else 'authorized'
    end as financial,
    case o.state
        when 'Cancelled' then 'cancelled' when 'Shipped' then 'fulfilled' else 'unfulfilled'
    end as fulfillment,
    date_trunc('milliseconds', o."orderPlacedAt") at time zone 'UTC' as placed_at,
    (select count(*) from lines where lines."orderId" = o.id) as lines,
    case when c."userId" is null then 'guest' else 'matched' end as contact,
    round(
        case when is_as_paid then paid else left_over end / 100.0 * {reporting}
        / case o."currencyCode" {rates} end, 2
    ) as reporting_total
from "order" as o
inner join told on told.id = o.id
inner join customer as c on c.id = o."customerId"
where
    o."orderPlacedAt" is not null
    and exists (
        select 1 from order_channels_channel as oc
        inner join channel on channel.id = oc."channelId"
        where oc."orderId" = o.id and channel.code = '{channel}'
    )
order by o.id
"""

# One row per line: remaining quantity, and price before tax.
LINES = """
select
    l."orderId" || '/' || l.id,
    v.id::text,
    v."productId"::text,
    v.sku,
    l.quantity = 0 as is_cancelled,
    coalesce((
        select sum(ref.quantity)
        from order_line_reference as ref inner join refund as r on r.id = ref."refundId"
        where
            ref."orderLineId" = l.id and r.state = 'Settled'
            and r.id not in (
                select "refundId" from order_modification where "refundId" is not null
            )
    ), 0) as refunded
from order_line as l
inner join "order" as o on o.id = l."orderId"
inner join product_variant as v on v.id = l."productVariantId"
where o."orderPlacedAt" is not null
order by 1
"""

# For each fully paid order: payments less refunds.
KEPT = """
select paid.id::text, (paid.amount - paid.back) / 100.0
from (
    select
        o.id, o."subTotalWithTax" + o."shippingWithTax" as due,
        coalesce((
            select sum(p.amount) from payment as p
            where p."orderId" = o.id and p.state = 'Settled'
        ), 0) as amount,
        coalesce((
            select sum(r.total) from refund as r inner join payment as p on p.id = r."paymentId"
            where p."orderId" = o.id and r.state = 'Settled'
        ), 0) as back
    from "order" as o
    where o."orderPlacedAt" is not null
) as paid
where paid.amount > 0 and paid.amount >= paid.due
order by paid.id
"""

PRODUCTS = """
select
    p.id::text, t.name, p."deletedAt" is not null as is_deleted,
    min(price.price) / 100.0 as price
from product as p
inner join product_translation as t on t."baseId" = p.id
left join product_variant as v on v."productId" = p.id and v."deletedAt" is null
left join product_variant_price as price
    on price."variantId" = v.id and price."channelId" = 1 and price."currencyCode" = 'USD'
group by 1, 2, 3
order by 1
"""

CATEGORIES = """
select
    c.id::text, t.name,
    case when not parent."isRoot" then parent.id::text end as parent
from collection as c
inner join collection_translation as t on t."baseId" = c.id
inner join collection as parent on parent.id = c."parentId"
where not c."isRoot"
order by 1
"""

MEMBERS = """
select distinct v."productId"::text, m."collectionId"::text
from collection_product_variants_product_variant as m
inner join product_variant as v on v.id = m."productVariantId"
inner join product as p on p.id = v."productId"
where p."deletedAt" is null and v."deletedAt" is null
order by 1, 2
"""

ACCOUNTS = 'select count(*) from customer where "userId" is not null and "deletedAt" is null'


def orders(channel: str = "__default_channel__", reporting: str = "CAD") -> str:
    """Return the query for a channel's orders."""
    rates = " ".join(f"when '{code}' then {rate}" for code, rate in RATES.items())
    return _ORDERS.format(channel=channel, reporting=RATES[reporting], rates=rates)
