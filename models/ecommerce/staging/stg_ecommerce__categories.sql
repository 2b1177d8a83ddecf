with

raw_categories as (

    {{ ecommerce_raw('categories') | indent(4) }}

),

full_lists as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__full_lists') }}
    where stream = 'categories'

),

with_keys as (

    select
        raw_categories.*,
        {{ ecommerce_key('raw_categories.shop_id', 'raw_categories.category_id') }}
            as id_product_category,
        coalesce(
            raw_categories.deleted_at,
            raw_categories.loader_deleted_at,
            -- A record that is missing from the shop's last full list was deleted after it was
            -- last listed.
            case
                when raw_categories.listed_at < full_lists.listed_at
                    then raw_categories.listed_at
            end
        ) as gone_at

    from raw_categories
    left join full_lists
        on raw_categories.shop_id = full_lists.shop_id

)

select * from with_keys
