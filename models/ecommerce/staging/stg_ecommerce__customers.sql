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
        raw_customers.*,
        coalesce(
            raw_customers.deleted_at, raw_customers.loader_deleted_at, missing_records.read_at
        ) as gone_at

    from raw_customers
    left join missing_records
        on raw_customers.shop_id = missing_records.shop_id
        and raw_customers.customer_id = missing_records.record_id

)

select * from with_gone_at
