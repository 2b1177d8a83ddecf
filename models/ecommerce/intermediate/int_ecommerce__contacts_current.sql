{%- set relation = ecommerce_setting('ecommerce_contacts_relation') -%}
{%- set id_type = ecommerce_setting('ecommerce_contacts_id_type') -%}
{%- set key_column = ecommerce_setting('ecommerce_contacts_key_column') -%}

{%- if relation %}
with

user_contacts as (

    select
        cast({{ adapter.quote(ecommerce_setting('ecommerce_contacts_id_column')) }} as {{ id_type }})
            as id_contact,
    {%- if key_column %}
        cast({{ adapter.quote(key_column) }} as text) as contact_key,
    {%- else %}
        cast(null as text) as contact_key,
    {%- endif %}
        {{ ecommerce_email_key(adapter.quote(ecommerce_setting('ecommerce_contacts_email_column'))) }}
            as email_key,
        cast(null as text) as shop_id,
        cast(null as text) as customer_id,
        cast(null as timestamptz) as deleted_at

    from {{ relation }}

)

select * from user_contacts
{%- else %}
with

customers as (

    select * from {{ ref('stg_ecommerce__customers') }}

),

buyers as (

    select distinct
        shop_id,
        customer_id

    from {{ ref('stg_ecommerce__transactions') }}
    where customer_id is not null

),

-- Without a relation of contacts every customer of a shop is a contact, known by a hash of its
-- key: the same id after any full refresh. A customer may be known by an order alone.
shop_contacts as (

    select
        cast({{ ecommerce_hash_id(
            "coalesce(customers.shop_id, buyers.shop_id) || '|'"
            ~ " || coalesce(customers.customer_id, buyers.customer_id)"
        ) }} as {{ id_type }}) as id_contact,
        cast(null as text) as contact_key,
        cast(null as text) as email_key,
        coalesce(customers.shop_id, buyers.shop_id) as shop_id,
        coalesce(customers.customer_id, buyers.customer_id) as customer_id,
        customers.gone_at as deleted_at

    from customers
    full outer join buyers
        on customers.shop_id = buyers.shop_id
        and customers.customer_id = buyers.customer_id

)

select * from shop_contacts
{%- endif %}
