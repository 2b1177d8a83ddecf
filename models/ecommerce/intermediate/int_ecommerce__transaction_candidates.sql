{#- The orders to look at in this run: those loaded since the last, and those whose contact or
    rate has changed in value since. Too many is harmless, since the tables write only rows that
    differ; too few would not be. -#}
{{ config(
    materialized='table',
    pre_hook='{{ ecommerce_log_horizon() }}',
    post_hook='analyze {{ this }}',
) }}
-- depends_on: {{ ref('shopapp_ecommerce', 'ecommerce_run_log') }}
-- depends_on: {{ ref('shopapp_ecommerce', 'stg_ecommerce__shops') }}

{#- Named where it is read, not once as a CTE: that would be all orders, read whole each run. -#}
{%- set transactions = ref('shopapp_ecommerce', 'stg_ecommerce__transactions').render() -%}
{%- set since = ecommerce_read_since() -%}
{#- Not by ref: both are built from this model. -#}
{%- set transactions_table = ecommerce_table('ECommerce_Transaction') -%}
{%- set id_type = ecommerce_setting('ecommerce_contacts_id_type') -%}
{%- set rejects_table = ecommerce_table('ecommerce_rejects') %}

with

raw_items as (

    {{ ecommerce_raw('items') | indent(4) }}

),

raw_refunds as (

    {{ ecommerce_raw('refunds') | indent(4) }}

),

deleted_transactions as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__deleted_transactions') }}

),

full_lists as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__full_lists') }}

),

customers as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__customers') }}

),

contacts as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_contacts') }}

),

rates as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__rates_daily') }}

),

{%- if not since or not transactions_table or not rejects_table %}

candidates as (

    select shop_id, transaction_id from {{ transactions }}
    union
    select shop_id, transaction_id from raw_items

)
{%- else %}

loaded as (

    select shop_id, transaction_id
    from {{ transactions }}
    where loaded_at is null or loaded_at > {{ since.loaded_at }}
    union
    select shop_id, transaction_id
    from raw_items
    where loaded_at is null or loaded_at > {{ since.loaded_at }}
    union
    select shop_id, transaction_id
    from raw_refunds
    where loaded_at is null or loaded_at > {{ since.loaded_at }}
    union
    select shop_id, transaction_id
    from deleted_transactions
    where loaded_at is null or loaded_at > {{ since.loaded_at }}
    union
    -- Lines that a full list no longer has were not loaded, and are gone.
    select raw_items.shop_id, raw_items.transaction_id
    from full_lists
    inner join raw_items
        on full_lists.shop_id = raw_items.shop_id
    where
        full_lists.stream = 'items'
        and full_lists.loaded_at > {{ since.loaded_at }}
        and raw_items.listed_at < full_lists.listed_at

),

changed_contacts as (

    select * from contacts
    where changed_at >= {{ since.changed_at }}

),

changed_customers as (

    select * from customers
    where
        loaded_at is null
        or loaded_at > {{ since.loaded_at }}
        or email_normalized in (select email_key from changed_contacts)

),

-- Orders that a changed contact may gain …
gaining as (

    select transactions.shop_id, transactions.transaction_id
    from {{ transactions }} as transactions
    inner join changed_contacts
        on {{ ecommerce_try_cast('transactions.id_contact', id_type) }} = changed_contacts.id_contact
    union
    select transactions.shop_id, transactions.transaction_id
    from {{ transactions }} as transactions
    inner join changed_contacts
        on {{ ecommerce_match_key('transactions.customer_id') }} = changed_contacts.match_key
    union
    select transactions.shop_id, transactions.transaction_id
    from {{ transactions }} as transactions
    inner join changed_contacts
        on transactions.email_normalized = changed_contacts.email_key
    union
    select transactions.shop_id, transactions.transaction_id
    from {{ transactions }} as transactions
    inner join changed_contacts
        on transactions.shop_id = changed_contacts.shop_id
        and transactions.customer_id = changed_contacts.customer_id
    union
    select transactions.shop_id, transactions.transaction_id
    from {{ transactions }} as transactions
    inner join changed_customers
        on transactions.shop_id = changed_customers.shop_id
        and transactions.customer_id = changed_customers.customer_id

),

-- … or lose, or may no longer stand in the way of.
losing as (

    select
        "idShop" as shop_id,
        {{ ecommerce_record_id('"idShop"', '"idTransaction"') }} as transaction_id

    from {{ transactions_table }}
    where "idContact" in (select id_contact from changed_contacts)
    union
    select
        "idShop" as shop_id,
        {{ ecommerce_record_id('"idShop"', '"idTransaction"') }} as transaction_id

    from {{ transactions_table }}
    where
        "contactMatchStatus" in ('ambiguous', 'conflict')
        and exists (select 1 from changed_contacts)

),

changed_rates as (

    select
        currency,
        min(rate_on) as first_on,
        max(rate_on) as last_on

    from rates
    where changed_at >= {{ since.changed_at }}
    group by currency

),

-- One day more on both sides than the rate's own, since an order's day is the shop's.
reconverted as (

    select
        transactions."idShop" as shop_id,
        {{ ecommerce_record_id('transactions."idShop"', 'transactions."idTransaction"') }}
            as transaction_id

    from {{ transactions_table }} as transactions
    inner join changed_rates
        on transactions."originalCurrency" = changed_rates.currency
        and transactions.
        {{- '"dtTransaction"' if ecommerce_setting('ecommerce_rate_date') == 'processed'
            else '"dtTransactionCreatedAt"' }}
        between changed_rates.first_on - 1 and changed_rates.last_on + 2

),

rejected as (

    select shop_id, transaction_id
    from {{ rejects_table }}
    where transaction_id is not null

),

candidates as (

    select * from loaded
    union
    select * from gaining
    union
    select * from losing
    union
    select * from reconverted
    union
    select * from rejected

)
{%- endif %}

select
    shop_id,
    transaction_id,
    {{ ecommerce_key('shop_id', 'transaction_id') }} as id_transaction

from candidates
{%- if flags.EMPTY %}
where 1 = 0
{%- endif %}
