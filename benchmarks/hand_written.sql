-- What a developer would write by hand for the two large tables: joins orders with contacts and daily
-- rates, converts, and writes. No checks, rejects, statuses or increments. Contacts match by id, else
-- by e-mail address.
create schema hand_written;

create table hand_written.rates as
select
    quoted.currency,
    days.day,
    cast((select rate from ecommerce_raw.exchange_rates as base where base.currency = 'CAD' and base.rate_on <= days.day order by base.rate_on desc limit 1) as numeric) as rate_to,
    cast(case when quoted.currency = 'EUR' then '1' else (
        select rate from ecommerce_raw.exchange_rates as foreign_rates
        where foreign_rates.currency = quoted.currency and foreign_rates.rate_on <= days.day
        order by foreign_rates.rate_on desc limit 1
    ) end as numeric) as rate_from
from (values ('CAD'), ('USD'), ('GBP'), ('EUR')) as quoted (currency)
cross join (
    select cast(day as date) as day
    from generate_series(date '2020-12-31', date '2025-12-31', interval '1 day') as days (day)
) as days;

create table hand_written.transactions as
select
    orders.shop_id || ':' || orders.transaction_id as id_transaction,
    orders.shop_id,
    orders.order_name,
    orders.created_at,
    orders.updated_at,
    orders.processed_at,
    orders.financial_status,
    orders.cancelled_at,
    coalesce(by_id."idContact", by_email."idContact") as id_contact,
    orders.utm_source,
    orders.utm_medium,
    orders.utm_campaign,
    orders.id_batch,
    round(cast(orders.gross_amount as numeric) * rates.rate_to / rates.rate_from, 2) as revenue,
    round(cast(orders.discount_amount as numeric) * rates.rate_to / rates.rate_from, 2) as discount,
    round(cast(orders.shipping_amount as numeric) * rates.rate_to / rates.rate_from, 2) as shipping,
    round(cast(orders.tax_amount as numeric) * rates.rate_to / rates.rate_from, 2) as tax,
    round(cast(orders.refunded_amount as numeric) * rates.rate_to / rates.rate_from, 2) as refund,
    round(cast(orders.total_amount as numeric) * rates.rate_to / rates.rate_from, 2) as total,
    cast(orders.total_amount as numeric) as original_total,
    orders.currency as original_currency,
    rates.rate_from,
    rates.rate_to
from ecommerce_raw.transactions as orders
left join crm.contacts as by_id on cast(orders.id_contact as bigint) = by_id."idContact"
left join crm.contacts as by_email on orders.email_normalized = by_email.email
left join hand_written.rates
    on orders.currency = rates.currency
    and cast(orders.processed_at at time zone 'UTC' at time zone 'America/Toronto' as date) = rates.day;

alter table hand_written.transactions add primary key (id_transaction);

create table hand_written.items as
select
    orders.id_transaction,
    lines.item_id,
    lines.shop_id || ':' || lines.product_id as id_product,
    lines.product_name,
    cast(lines.quantity as numeric) as quantity,
    round(cast(lines.unit_price_amount as numeric) * orders.rate_to / orders.rate_from, 2) as price,
    round(
        cast(lines.quantity as numeric) * cast(lines.unit_price_amount as numeric)
        * orders.rate_to / orders.rate_from, 2
    ) as revenue,
    round(cast(lines.discount_amount as numeric) * orders.rate_to / orders.rate_from, 2) as discount,
    round(cast(lines.tax_amount as numeric) * orders.rate_to / orders.rate_from, 2) as tax,
    cast(lines.refunded_quantity as numeric) as refunded_quantity,
    lines.currency as original_currency
from ecommerce_raw.items as lines
inner join hand_written.transactions as orders
    on lines.shop_id || ':' || lines.transaction_id = orders.id_transaction;

alter table hand_written.items add primary key (id_transaction, item_id);
