with

raw_products as (

    {{ ecommerce_raw('products') | indent(4) }}

),

keyed as (

    select
        raw_products.*,
        {{ ecommerce_key('shop_id', 'product_id') }} as id_product,
        coalesce(deleted_at, loader_deleted_at) as gone_at

    from raw_products

)

select * from keyed
