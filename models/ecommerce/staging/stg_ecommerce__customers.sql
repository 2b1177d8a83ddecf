with

raw_customers as (

    {{ ecommerce_raw('customers') | indent(4) }}

),

missing_records as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__missing_records') }}
    where stream = 'customers' and state = 'deleted'

),

with_gone_at as (

    select
    {%- for name in ecommerce_raw_columns('customers').values() | sum(start=[]) %}
        {%- if name == 'email_normalized' %}
        {{ ecommerce_email_key('coalesce(raw_customers.email, raw_customers.email_normalized)') }}
            as email_normalized,
        {%- else %}
        raw_customers.{{ name }},
        {%- endif %}
    {%- endfor %}
        raw_customers.loader_deleted_at,
        raw_customers.loaded_at,
        coalesce(
            raw_customers.deleted_at, raw_customers.loader_deleted_at, missing_records.read_at
        ) as gone_at

    from raw_customers
    left join missing_records
        on raw_customers.shop_id = missing_records.shop_id
        and raw_customers.customer_id = missing_records.record_id

)

select * from with_gone_at
