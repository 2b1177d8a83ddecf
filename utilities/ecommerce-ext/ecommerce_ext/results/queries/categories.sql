-- One row per shop, day (before days_from: month) and category, for the categories with the
-- largest gross of a shop or of all shops: sales in the category itself, and sales in the category
-- and all categories below it, which count each product once. Sales without a category have an empty
-- key.
with recursive

sales as (

    select
        id_shop,
        coalesce(id_product, '') as id_product,
        case
            when reported_on > %(last)s then null
            when reported_on < %(days_from)s then cast(date_trunc('month', reported_on) as date)
            else reported_on
        end as day,
        sum(net_amount) as net_amount
    from ecommerce_product_sales_daily
    group by 1, 2, 3

),

ranked as (

    select
        id_product_category,
        rank() over (order by rolled_up_gross_amount desc, id_product_category) as place,
        rank() over (
            partition by id_shop
            order by rolled_up_gross_amount desc, id_product_category
        ) as place_in_shop
    from ecommerce_category_stats
    where
        id_product_category is not null
        and (rolled_up_gross_amount <> 0 or rolled_up_net_amount <> 0)

),

largest as (

    select id_product_category
    from ranked
    where place <= 2 * %(most)s or place_in_shop <= 2 * %(most_of_shop)s

),

-- Union, not union all, ends a circle.
descendants as (

    select
        id_product_category as id_ancestor,
        id_product_category
    from largest
    union
    select
        descendants.id_ancestor,
        categories.id_product_category
    from descendants
    inner join ecommerce_category_stats as categories
        on descendants.id_product_category = categories.id_product_category_parent

),

members as (

    select
        descendants.id_ancestor,
        product_categories.id_product,
        bool_or(descendants.id_ancestor = descendants.id_product_category) as is_own
    from descendants
    inner join ecommerce_product_categories as product_categories
        on descendants.id_product_category = product_categories.id_product_category
    group by 1, 2

),

members_or_none as (

    select * from members
    union all
    select
        '' as id_ancestor,
        sales.id_product,
        true as is_own
    from sales
    left join ecommerce_product_categories as product_categories
        on sales.id_product = product_categories.id_product
    where product_categories.id_product is null
    group by 1, 2

)

select
    sales.id_shop as shop,
    sales.day,
    members.id_ancestor as category,
    coalesce(sum(sales.net_amount) filter (where members.is_own), 0) as own_net_amount,
    sum(sales.net_amount) as net_amount
from members_or_none as members
inner join sales
    on members.id_product = sales.id_product
group by 1, 2, 3
order by 1, 2, 3
