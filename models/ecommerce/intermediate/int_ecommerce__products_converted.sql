with

products as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__products') }}

),

shops as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__shops') }}

),

primary_categories as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__products_categorized') }}
    where position = 1

),

reporting as (

    select
        currency,
        minor_unit

    from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}
    where currency = {{ ecommerce_currency() }}

),

rates as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__rates_daily') }}

),

-- The date of a price is the date of the product's last update.
with_rate_day as (

    select
        products.*,
        primary_categories.id_product_category,
        cast(
            coalesce(products.updated_at, products.created_at)
            at time zone coalesce(shops.time_zone, 'UTC') as date
        ) as rate_day

    from products
    left join shops
        on products.shop_id = shops.shop_id
    left join primary_categories
        on products.id_product = primary_categories.id_product

),

converted as (

    select
        with_rate_day.*,
        case
            when with_rate_day.currency = reporting.currency
                then round(with_rate_day.price_amount, reporting.minor_unit)
            else {{ ecommerce_convert(
                'with_rate_day.price_amount', 'rates.rate_from', 'rates.rate_to',
                'reporting.minor_unit'
            ) }}
        end as reporting_price_amount

    from with_rate_day
    left join reporting
        on true
    left join rates
        on with_rate_day.currency = rates.currency
        and with_rate_day.rate_day = rates.rate_on

)

select * from converted
