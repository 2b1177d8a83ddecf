with

raw_deleted_transactions as (

    {{ ecommerce_raw('deleted_transactions') | indent(4) }}

)

select * from raw_deleted_transactions
