{%- set relation = ecommerce_setting('ecommerce_contacts_relation') -%}
{%- set id_type = ecommerce_type('id') -%}
{%- set text_type = ecommerce_type('text') -%}
{%- set id_column = adapter.quote(ecommerce_setting('ecommerce_contacts_id_column')) -%}
{%- set key_column = ecommerce_setting('ecommerce_contacts_key_column') -%}
{%- set email_column = adapter.quote(ecommerce_setting('ecommerce_contacts_email_column')) -%}

{%- if relation %}
with

aliases as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__contact_aliases') }}

),

contact_rows as (

    select distinct
        cast({{ id_column }} as {{ id_type }}) as id_contact,
    {%- if key_column %}
        cast({{ adapter.quote(key_column) }} as {{ text_type }}) as contact_key,
        {{ ecommerce_match_key(adapter.quote(key_column)) }} as match_key,
    {%- else %}
        cast(null as {{ text_type }}) as contact_key,
        cast(null as {{ text_type }}) as match_key,
    {%- endif %}
        {{ ecommerce_email_key(email_column) }} as email_key

    from {{ relation }}
    where {{ id_column }} is not null

),

user_contacts as (

    select
        id_contact,
        min({{ ecommerce_text_order('contact_key') }}) as contact_key,
        min({{ ecommerce_text_order('match_key') }}) as match_key,
        min({{ ecommerce_text_order('email_key') }}) as email_key,
        count(*) > 1 as is_ambiguous

    from contact_rows
    group by id_contact

),

-- Ignore an alias if the contact that it points to does not exist.
aliases_of_contacts as (

    select
        aliases.alias_id,
        aliases.id_contact

    from aliases
    inner join user_contacts
        on aliases.id_contact = user_contacts.id_contact

),

contacts as (

    select
        coalesce(user_contacts.id_contact, aliases_of_contacts.alias_id) as id_contact,
        user_contacts.contact_key,
        user_contacts.match_key,
        user_contacts.email_key,
        cast(null as {{ text_type }}) as shop_id,
        cast(null as {{ text_type }}) as customer_id,
        coalesce(user_contacts.is_ambiguous, false) as is_ambiguous,
        user_contacts.id_contact is null as is_gone,
        coalesce(aliases_of_contacts.id_contact, user_contacts.id_contact)
            as surviving_id_contact

    from user_contacts
    full outer join aliases_of_contacts
        on user_contacts.id_contact = aliases_of_contacts.alias_id

)

select * from contacts
{%- else %}
-- depends_on: {{ ref('shopapp_ecommerce', 'int_ecommerce__contact_aliases') }}
with

customers as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__customers') }}

),

buyers as (

    select distinct
        shop_id,
        customer_id

    from {{ ref('shopapp_ecommerce', 'stg_ecommerce__transactions') }}
    where customer_id is not null

),

-- Some customers appear in orders only.
shop_customers as (

    select
        coalesce(customers.shop_id, buyers.shop_id) as shop_id,
        coalesce(customers.customer_id, buyers.customer_id) as customer_id,
        customers.gone_at is not null as is_gone

    from customers
    full outer join buyers
        on customers.shop_id = buyers.shop_id
        and customers.customer_id = buyers.customer_id

),

-- Without a contacts relation, every customer of a shop is a contact. Its id is a hash of its key,
-- so a full refresh keeps the id.
with_hashed_id as (

    select
        cast({{ ecommerce_hash_id("shop_id || '|' || customer_id") }} as {{ id_type }})
            as id_contact,
        shop_customers.*

    from shop_customers

),

shop_contacts as (

    select
        id_contact,
        cast(null as {{ text_type }}) as contact_key,
        cast(null as {{ text_type }}) as match_key,
        cast(null as {{ text_type }}) as email_key,
        shop_id,
        customer_id,
        false as is_ambiguous,
        is_gone,
        case when not is_gone then id_contact end as surviving_id_contact

    from with_hashed_id

)

select * from shop_contacts
{%- endif %}
