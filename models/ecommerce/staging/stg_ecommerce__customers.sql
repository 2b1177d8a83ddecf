with

raw_customers as (

    {{ ecommerce_raw('customers') | indent(4) }}

),

with_gone_at as (

    select
        raw_customers.*,
        coalesce(deleted_at, loader_deleted_at) as gone_at

    from raw_customers

)

select * from with_gone_at
