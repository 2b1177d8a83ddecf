with

raw_products as (

    {{ ecommerce_raw('products') | indent(4) }}

),

full_lists as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__full_lists') }}
    where stream = 'products'

),

missing_records as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__missing_records') }}
    where stream = 'products' and state = 'deleted'

),

with_keys as (

    select
        raw_products.*,
        {{ ecommerce_key('raw_products.shop_id', 'raw_products.product_id') }} as id_product,
        coalesce(
            raw_products.deleted_at,
            raw_products.loader_deleted_at,
            -- A record that is missing from the shop's last full list was deleted after it was
            -- last listed.
            case
                when raw_products.listed_at < full_lists.listed_at
                    then raw_products.listed_at
            end,
            missing_records.read_at
        ) as gone_at

    from raw_products
    left join full_lists
        on raw_products.shop_id = full_lists.shop_id
    left join missing_records
        on raw_products.shop_id = missing_records.shop_id
        and raw_products.product_id = missing_records.record_id

)

select * from with_keys
