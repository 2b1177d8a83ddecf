{%- set has_relation = ecommerce_setting('ecommerce_contacts_relation') != '' -%}
{%- set id_type = ecommerce_setting('ecommerce_contacts_id_type') -%}
{%- set key_column = ecommerce_setting('ecommerce_contacts_key_column') -%}
{%- set key_type = ecommerce_setting('ecommerce_contacts_key_type') -%}
{%- set reported_key =
    'transactions.email_normalized' if ecommerce_key_is_email() else 'transactions.customer_id' %}
{#- Columns of the contacts by rule, and the expressions of the order that they equal. #}
{%- set rules = {
    'by_id': {'id_contact': 'with_match_keys.reported_id'} if has_relation else {},
    'by_key': {'match_key': 'with_match_keys.reported_key'} if key_column else {},
    'by_customer': {'email_key': 'with_match_keys.customer_email'} if has_relation else {
        'shop_id': 'with_match_keys.shop_id', 'customer_id': 'with_match_keys.customer_id',
    },
    'by_email': {'email_key': 'with_match_keys.email_normalized'} if has_relation else {},
} %}

with

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_complete') }}

),

customers as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__customers') }}

),

-- The order's key for each rule, normalized as the contacts' keys are. An order has at most one
-- customer, so any aggregate returns the address. A join would read all customers of the shop for
-- each order.
with_match_keys as (

    select
        transactions.*,
        {{ ecommerce_try_cast('transactions.id_contact', id_type) }} as reported_id,
        {{ ecommerce_match_key(reported_key) }} as reported_key,
        customer.email_normalized as customer_email

    from transactions
    {{ ecommerce_lookup(
        'customers', 'customer',
        keys={'shop_id': 'transactions.shop_id', 'customer_id': 'transactions.customer_id'},
        columns={'email_normalized': dbt.listagg('email_normalized', "''")}
    ) }}

),

-- Contacts found by each rule, after merges. An ambiguous contact, whose id occurs several times,
-- counts twice. Each order is looked up by an index of the table. A CTE with several references
-- would be read completely each time.
matched_by_rule as (

    select
        with_match_keys.*,
    {%- for rule, keys in rules.items() %}
    {%- if keys %}
        coalesce({{ rule }}.contact_count, 0) as {{ rule }}_count,
        {{ rule }}.surviving_contact as {{ rule }}_contact{{ ',' if not loop.last }}
    {%- else %}
        0 as {{ rule }}_count,
        cast(null as {{ ecommerce_type('id') }}) as {{ rule }}_contact{{ ',' if not loop.last }}
    {%- endif %}
    {%- endfor %}

    from with_match_keys
    {%- for rule, keys in rules.items() if keys %}
    {{ ecommerce_lookup(
        ref('shopapp_ecommerce', 'ecommerce_contacts').render(), rule,
        keys=keys,
        columns={
            'contact_count': 'count(distinct surviving_id_contact)'
                ~ ' + count(*) filter (where is_ambiguous)',
            'surviving_contact': 'case when count(distinct surviving_id_contact) = 1 then '
                ~ ecommerce_only_id('surviving_id_contact') ~ ' end',
        },
        condition='surviving_id_contact is not null'
    ) }}
    {%- endfor %}

),

-- The first rule that finds a contact decides. If an order has a contact id, no other rule is
-- tried, even if no existing contact has the id.
with_rule as (

    select
        matched_by_rule.*,
        case
            when is_erased then null
    {%- if has_relation %}
            when id_contact is not null then 'id_contact'
    {%- endif %}
            when by_key_count > 0 then 'primary_key'
            when by_customer_count > 0 then 'customer'
            when by_email_count > 0 then 'email'
        end as rule

    from matched_by_rule

),

with_found_contact as (

    select
        with_rule.*,
    {%- for part in ['count', 'contact'] %}
        case rule
            when 'id_contact' then by_id_{{ part }}
            when 'primary_key' then by_key_{{ part }}
            when 'customer' then by_customer_{{ part }}
            when 'email' then by_email_{{ part }}
        end as found_{{ part }}{{ ',' if not loop.last }}
    {%- endfor %}

    from with_rule

),

with_status as (

    select
        with_found_contact.*,
        case
            when is_erased then 'erased'
            when found_count > 1 then 'ambiguous'
            when rule = 'id_contact' and found_count = 0 then 'unmatched'
            when rule = 'id_contact' and by_key_count > 0 and (
                by_key_count > 1 or by_key_contact <> by_id_contact
            ) then 'conflict'
            when rule is not null then 'matched'
            when customer_id is null then 'guest'
            else 'unmatched'
        end as contact_match_status

    from with_found_contact

),

matched as (

    select
        with_status.*,
        case when contact_match_status = 'matched' then rule end as contact_match_method,
        case when contact_match_status = 'matched' then found_contact end as matched_contact,
        case
            when contact_match_status in ('matched', 'erased') then null
            when email_normalized is not null
                then {{ dbt.hash("shop_id || '|email|' || email_normalized") }}
            else {{ ecommerce_order_guest_key('shop_id', 'transaction_id') }}
        end as guest_key

    from with_status

)

select
    matched.*,
    {%- if key_column %}
    {{ ecommerce_try_cast('contacts.contact_key', key_type) }} as contact_key
    {%- else %}
    matched.customer_id as contact_key
    {%- endif %}

from matched
left join {{ ref('shopapp_ecommerce', 'ecommerce_contacts').render() }} as contacts
    on matched.matched_contact = contacts.id_contact
