-- Raw tables of two large shops: five years, four currencies, 5,000 products in 200 categories,
-- three lines per order, and 600 messages to 300,000 contacts. All values derive from the order's
-- number, so each run has the same shops.
create schema ecommerce_raw;
create schema crm;

create table ecommerce_raw.shops as
select shop_id, 'shopapp' as application, shop_id as name, 'CAD' as currency, 'America/Toronto' as time_zone,
    now() as _sdc_batched_at
from unnest(array['north', 'south']) as shops (shop_id);

create table ecommerce_raw.exchange_rates as
select 'EUR' as base_currency, currency, cast(rate_on as date) as rate_on,
    cast(round(rate * (1 + 0.05 * sin(extract(doy from rate_on))::numeric), 4) as text) as rate,
    'bundled' as source, now() as _sdc_batched_at
from generate_series(date '2020-12-01', date '2025-12-31', interval '1 day') as days (rate_on)
cross join (values ('CAD', 1.47), ('USD', 1.09), ('GBP', 0.86)) as rates (currency, rate);

create table crm.contacts as
select cast(n as bigint) as "idContact", 'contact' || n || '@example.com' as email
from generate_series(1, 300000) as contacts (n);

create table crm.happened as
select
    1 + (n::bigint * 7919) % 300000 as "idContact",
    case when n % 5 = 0 then 'click' else 'sent' end as type,
    case when n % 600 % 3 = 0 then 'sms' else 'email' end as channel,
    timestamp '2021-01-01' + (n % 600) * interval '3 days' + n % 977 * interval '1 minute' as time,
    n as "idSendLog",
    n % 600 as "idBatch",
    'Campaign ' || n % 600 as campaign
from generate_series(1, 2000000) as happened (n);

create table ecommerce_raw.categories as
select shop_id, 'c' || n as category_id, case when n > 10 then 'c' || n / 10 end as parent_id,
    'Category ' || n as name, now() as _sdc_batched_at
from unnest(array['north', 'south']) as shops (shop_id)
cross join generate_series(1, 100) as categories (n);

create table ecommerce_raw.products as
select shop_id, 'p' || n as product_id, 'Product ' || n as name, 'SKU-' || n as sku,
    'CAD' as currency, cast(5 + n % 200 as text) as price_amount,
    jsonb_build_array('c' || 1 + n % 100, 'c' || 1 + n % 37) as category_ids,
    timestamp '2021-01-01' as updated_at, now() as _sdc_batched_at
from unnest(array['north', 'south']) as shops (shop_id)
cross join generate_series(1, 2500) as products (n);

create table ecommerce_raw.items as
select
    case when n % 3 = 0 then 'south' else 'north' end as shop_id,
    cast(n as text) as transaction_id,
    cast(line as text) as item_id,
    line as position,
    '1' as transaction_version,
    'p' || 1 + (n::bigint * 31 + line * 997) % 2500 as product_id,
    'Product' as product_name,
    cast(1 + (n + line) % 3 as text) as quantity,
    cast(5 + (n::bigint * 31 + line * 997) % 2500 % 200 as text) as unit_price_amount,
    '0' as discount_amount,
    '0' as tax_amount,
    (array['CAD', 'USD', 'EUR', 'GBP'])[1 + n % 4] as currency,
    case when n % 20 = 0 and line = 1 then '1' else '0' end as refunded_quantity,
    timestamp '2026-01-01' as transaction_updated_at,
    -- The first sync took two hours. A build reads the rows of the last ten minutes again.
    now() - (:orders - n) * interval '2 hours' / :orders as _sdc_batched_at
from generate_series(1, :orders) as orders (n)
cross join lateral generate_series(1, 1 + n % 5) as lines (line);

create table ecommerce_raw.transactions as
with sums as (
    select transaction_id, count(*) as item_count,
        sum(quantity::numeric * unit_price_amount::numeric) as gross,
        max(unit_price_amount::numeric) filter (where refunded_quantity = '1') as refund
    from ecommerce_raw.items
    group by transaction_id
)
select
    case when n % 3 = 0 then 'south' else 'north' end as shop_id,
    cast(n as text) as transaction_id,
    '#' || n as order_name,
    -- One order in ten has no account.
    case when n % 10 > 0 then cast(1 + (n::bigint * 7919) % 300000 as text) end as id_contact,
    case when n % 10 = 0 then 'guest' || n % 50000 || '@example.com' end as email,
    case when n % 10 = 0 then 'guest' || n % 50000 || '@example.com' end as email_normalized,
    (array['CAD', 'USD', 'EUR', 'GBP'])[1 + n % 4] as currency,
    cast(gross as text) as gross_amount, '0' as discount_amount, '5' as shipping_amount,
    '0' as tax_amount, '0' as shipping_tax_amount, '0' as adjustment_amount,
    cast(gross + 5 as text) as total_amount,
    coalesce(cast(refund as text), '0') as refunded_amount,
    at as created_at, at as processed_at, at as updated_at,
    case when n % 33 = 0 then at end as cancelled_at,
    case when n % 33 = 0 then 'voided' else 'paid' end as financial_status,
    'fulfilled' as fulfillment_status,
    false as is_test,
    '1' as version, item_count, 0 as refund_count,
    case when n % 4 = 0 then 'letter' end as utm_source,
    case when n % 4 = 0 then 'email' end as utm_medium,
    case when n % 4 = 0 then 'campaign ' || n % 600 end as utm_campaign,
    case when n % 8 = 0 then cast(n % 600 as text) end as id_batch,
    now() - (:orders - n) * interval '2 hours' / :orders as _sdc_batched_at
from generate_series(1, :orders) as orders (n)
inner join sums on sums.transaction_id = cast(n as text)
cross join lateral (
    select timestamp '2021-01-01' + n::bigint * 157680000 / :orders * interval '1 second'
) as times (at);

alter table ecommerce_raw.transactions add primary key (shop_id, transaction_id);
alter table ecommerce_raw.items add primary key (shop_id, transaction_id, item_id);
alter table ecommerce_raw.products add primary key (shop_id, product_id);
analyze;
