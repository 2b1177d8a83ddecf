with

raw_id_ranges as (

    {{ ecommerce_raw('id_ranges') | indent(4) }}

)

select * from raw_id_ranges
