with

raw_categories as (

    {{ ecommerce_raw('categories') | indent(4) }}

),

keyed as (

    select
        raw_categories.*,
        {{ ecommerce_key('shop_id', 'category_id') }} as id_product_category,
        coalesce(deleted_at, loader_deleted_at) as gone_at

    from raw_categories

)

select * from keyed
