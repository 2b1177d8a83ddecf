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

rates as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__rates_daily') }}

),

-- The date of a price is the date of the product's last update.
with_rate_day as (

    select
        products.*,
        primary_categories.id_product_category,
        {{ ecommerce_day(
            'coalesce(products.updated_at, products.created_at)', 'shops.time_zone'
        ) }} as rate_day

    from products
    left join shops
        on products.shop_id = shops.shop_id
    left join primary_categories
        on products.id_product = primary_categories.id_product

),

-- A price in the reporting currency is rounded, as all amounts are.
with_rate as (

    select
        with_rate_day.*,
    {%- for side in ['rate_from', 'rate_to'] %}
        case
            when with_rate_day.currency = {{ ecommerce_currency() }}
                then cast(1 as {{ ecommerce_type('rate') }})
            else rates.{{ side }}
        end as {{ side }}{{ ',' if not loop.last }}
    {%- endfor %}

    from with_rate_day
    left join rates
        on with_rate_day.currency = rates.currency
        and with_rate_day.rate_day = rates.rate_on

),

converted as (

    select
        with_rate.*,
        {{ ecommerce_convert('price_amount', 'rate_from', 'rate_to', ecommerce_exponent()) }}
            as reporting_price_amount

    from with_rate

)

select * from converted
