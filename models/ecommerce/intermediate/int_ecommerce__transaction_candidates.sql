{#- The orders that this run computes: orders loaded since the last run, and orders whose contact
    or rate changed since. Extra candidates are harmless, because the tables write changed rows
    only. A missing candidate would leave a stale row. -#}
{{ config(
    materialized='table',
    pre_hook=[
        '{{ ecommerce_log_horizon() }}',
        '{{ ecommerce_log_recent_loads() }}',
        '{{ ecommerce_forget_changed_keys() }}',
        '{{ ecommerce_forget_runs() }}',
    ],
    post_hook=[
        '{{ ecommerce_analyze() }}',
        '{{ ecommerce_log_candidates() }}',
        '{{ ecommerce_forget_recent_loads() }}',
    ],
) }}
-- depends_on: {{ ref('shopapp_ecommerce', 'ecommerce_changed_keys') }}
-- depends_on: {{ ref('shopapp_ecommerce', 'ecommerce_run_log') }}
-- depends_on: {{ ref('shopapp_ecommerce', 'int_ecommerce__recent_loads') }}
-- depends_on: {{ ref('shopapp_ecommerce', 'stg_ecommerce__deleted_transactions') }}
-- depends_on: {{ ref('shopapp_ecommerce', 'stg_ecommerce__shops') }}
-- depends_on: {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}
-- depends_on: {{ ref('shopapp_ecommerce', 'int_ecommerce__statuses') }}
-- depends_on: {{ ref('shopapp_ecommerce', 'int_ecommerce__report_rules') }}

{#- Referenced directly, because a CTE with several references would read all orders. -#}
{%- set transactions = ref('shopapp_ecommerce', 'stg_ecommerce__transactions').render() -%}
{%- set since = ecommerce_read_since() -%}
{#- Without ref, because both tables are built from this model. -#}
{%- set transactions_table = ecommerce_table('ECommerce_Transaction') -%}
{%- set existing_transactions =
    ecommerce_lower_names(transactions_table, 'ECommerce_Transaction') -%}
{%- set id_type = ecommerce_setting('ecommerce_contacts_id_type') -%}
{%- set rejects_table = ecommerce_table('ecommerce_rejects') %}

with

listed_items as (

    select
        shop_id,
        transaction_id,
        listed_at

    from ({{ ecommerce_raw('items') | indent(4) }}) as raw_rows

),

missing_records as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__missing_records') }}

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
    select shop_id, transaction_id from ({{ ecommerce_raw('items') | indent(4) }}) as raw_items

)
{%- else %}

loaded_transactions as (

    {%- for stream in ['transactions', 'items', 'refunds', 'sales_events', 'deleted_transactions'] %}
    ({{ ecommerce_new_rows(stream, since) | indent(4) }})
    union
    {%- endfor %}
    -- Orders and refunds that a list of ids lacks, or does not lack any more.
    select shop_id, transaction_id
    from missing_records
    where transaction_id <> '' and changed_at >= {{ since.changed_at }}
    union
    -- Lines that are missing from a newer full list were deleted.
    select listed_items.shop_id, listed_items.transaction_id
    from full_lists
    inner join listed_items
        on full_lists.shop_id = listed_items.shop_id
    where
        full_lists.stream = 'items'
        and full_lists.loaded_at > {{ since.loaded_at }}
        and listed_items.listed_at < full_lists.listed_at

),

changed_contacts as (

    select * from contacts
    where changed_at >= {{ since.changed_at }}

),

changed_customers as (

    select * from customers
    where
        (shop_id, customer_id) in ({{ ecommerce_new_rows('customers', since) | indent(8) }})
        or (shop_id, customer_id) in (
            select missing_records.shop_id, missing_records.record_id
            from missing_records
            where
                missing_records.stream = 'customers'
                and missing_records.changed_at >= {{ since.changed_at }}
        )
        or email_normalized in (select email_key from changed_contacts)

),

-- Orders that may match a changed contact now.
transactions_of_changed_contacts as (

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

-- Orders that matched a changed contact, and ambiguous or conflicting orders that a change may
-- resolve.
transactions_matched_before as (

    select
        id_shop as shop_id,
        {{ ecommerce_record_id('id_shop', 'id_transaction') }} as transaction_id

    from {{ existing_transactions }} as existing
    where id_contact in (select changed_contacts.id_contact from changed_contacts)
    union
    select
        id_shop as shop_id,
        {{ ecommerce_record_id('id_shop', 'id_transaction') }} as transaction_id

    from {{ existing_transactions }} as existing
    where
        contact_match_status in ('ambiguous', 'conflict')
        and exists (select 1 from changed_contacts)

),

changed_rates as (

    select
        currency,
        {{ dbt.dateadd('day', -1, 'min(rate_on)') }} as first_at,
        {{ dbt.dateadd('day', 2, 'max(rate_on)') }} as last_at

    from rates
    where changed_at >= {{ since.changed_at }}
    group by currency

),

-- One extra day on both sides, because an order's day depends on the shop's time zone.
transactions_of_changed_rates as (

    select
        existing.id_shop as shop_id,
        {{ ecommerce_record_id('existing.id_shop', 'existing.id_transaction') }}
            as transaction_id

    from {{ existing_transactions }} as existing
    inner join changed_rates
        on existing.original_currency = changed_rates.currency
        and existing.
        {{- 'dt_transaction' if ecommerce_setting('ecommerce_rate_date') == 'ordered'
            else 'dt_transaction_created_at' }}
        between changed_rates.first_at and changed_rates.last_at

),

rejected_transactions as (

    select shop_id, transaction_id
    from {{ rejects_table }}
    where transaction_id is not null

),

candidates as (

    select * from loaded_transactions
    union
    select * from transactions_of_changed_contacts
    union
    select * from transactions_matched_before
    union
    select * from transactions_of_changed_rates
    union
    select * from rejected_transactions

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
