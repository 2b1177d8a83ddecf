{%- set has_relation = ecommerce_setting('ecommerce_contacts_relation') != '' -%}
{%- set id_type = ecommerce_setting('ecommerce_contacts_id_type') -%}
{%- set key_column = ecommerce_setting('ecommerce_contacts_key_column') -%}
{%- set key_type = ecommerce_setting('ecommerce_contacts_key_type') -%}
{%- set key_is_email =
    key_column != '' and key_column == ecommerce_setting('ecommerce_contacts_email_column') -%}

with

transactions as (

    select * from {{ ref('int_ecommerce__transactions_complete') }}

),

customers as (

    select * from {{ ref('stg_ecommerce__customers') }}

),

-- What the order brings for each rule, in the form in which contacts carry it.
identified as (

    select
        transactions.*,
        {{ ecommerce_try_cast('transactions.id_contact', id_type) }} as brought_id,
    {%- if key_is_email %}
        transactions.email_normalized as brought_key,
    {%- elif key_type == 'int' %}
        cast({{ ecommerce_try_cast('transactions.customer_id', 'bigint') }} as text) as brought_key,
    {%- else %}
        transactions.customer_id as brought_key,
    {%- endif %}
        customers.email_normalized as customer_email

    from transactions
    left join customers
        on transactions.shop_id = customers.shop_id
        and transactions.customer_id = customers.customer_id

),

-- Per rule: how many living contacts answer, and which. Looked up per order by an index of the
-- table itself: a CTE that is named more than once would be read whole, each time.
looked_up as (

    select
        identified.*,
        by_id.contact_count as by_id_count,
        by_id.id_contact as by_id_contact,
        by_key.contact_count as by_key_count,
        by_key.id_contact as by_key_contact,
        by_customer.contact_count as by_customer_count,
        by_customer.id_contact as by_customer_contact,
        by_email.contact_count as by_email_count,
        by_email.id_contact as by_email_contact

    from identified
    {%- set conditions = {
        'by_id': 'contacts.id_contact = identified.brought_id' if has_relation else 'false',
        'by_key': 'contacts.contact_key = identified.brought_key' if key_column else 'false',
        'by_customer': 'contacts.email_key = identified.customer_email' if has_relation else
            'contacts.shop_id = identified.shop_id and contacts.customer_id = identified.customer_id',
        'by_email': 'contacts.email_key = identified.email_normalized' if has_relation else 'false',
    } %}
    {%- for rule, condition in conditions.items() %}
    cross join lateral (
        select
            count(*) as contact_count,
            (array_agg(contacts.id_contact order by contacts.id_contact))[1] as id_contact

        from {{ ref('ecommerce_contacts') }} as contacts
        where
            {{ condition }}
            and contacts.deleted_at is null
    ) as {{ rule }}
    {%- endfor %}

),

-- The first rule that any contact answers decides. An id that the order states is never
-- second-guessed: if no living contact has it, no other rule is asked.
decided as (

    select
        looked_up.*,
        case
    {%- if has_relation %}
            when id_contact is not null then 'id_contact'
    {%- endif %}
            when by_key_count > 0 then 'primary_key'
            when by_customer_count > 0 then 'customer'
            when by_email_count > 0 then 'email'
        end as rule

    from looked_up

),

statused as (

    select
        decided.*,
        case
            when rule = 'id_contact' and by_id_count = 0 then 'unmatched'
            when rule = 'id_contact' and by_key_count > 0 and (
                by_key_count > 1 or by_key_contact is distinct from by_id_contact
            ) then 'conflict'
            when rule = 'id_contact' then 'matched'
            when rule = 'primary_key' and by_key_count > 1 then 'ambiguous'
            when rule = 'customer' and by_customer_count > 1 then 'ambiguous'
            when rule = 'email' and by_email_count > 1 then 'ambiguous'
            when rule is not null then 'matched'
            when customer_id is null then 'guest'
            else 'unmatched'
        end as contact_match_status

    from decided

),

matched as (

    select
        statused.*,
        case when contact_match_status = 'matched' then rule end as contact_match_method,
        case
            when contact_match_status <> 'matched' then null
            when rule = 'id_contact' then by_id_contact
            when rule = 'primary_key' then by_key_contact
            when rule = 'customer' then by_customer_contact
            when rule = 'email' then by_email_contact
        end as matched_contact,
        case
            when contact_match_status = 'matched' then null
            when email_normalized is not null then md5(shop_id || '|email|' || email_normalized)
            else md5(shop_id || '|order|' || transaction_id)
        end as guest_key

    from statused

)

select
    matched.*,
    {%- if key_column %}
    cast(contacts.contact_key as {{ key_type }}) as contact_key
    {%- else %}
    matched.customer_id as contact_key
    {%- endif %}

from matched
left join {{ ref('ecommerce_contacts') }} as contacts
    on matched.matched_contact = contacts.id_contact
