with

raw_full_lists as (

    {{ ecommerce_raw('full_lists') | indent(4) }}

)

select * from raw_full_lists
