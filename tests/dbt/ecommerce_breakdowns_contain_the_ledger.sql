-- Per original currency, net sales by order, day, product, primary category, campaign and contact
-- have equal sums: each row of the ledger belongs to exactly one row of each breakdown.
{%- if not ecommerce_is_whole_test() %}
select 1 where 1 = 0
{%- else %}
{%- set no_key = "'(none)'" %}
{%- set text = ecommerce_type('text') %}
{%- set marts = {
    'ecommerce_sales_daily': ['id_shop', 'reported_on', 'original_currency'],
    'ecommerce_campaign_performance': ['campaign_key'],
    'ecommerce_campaign_sales_daily': ['id_shop', 'ordered_on', 'campaign_key'],
    'ecommerce_contact_summary': ['id_contact'],
} %}
{%- if ecommerce_is_on('items') -%}
    {%- do marts.update({
        'ecommerce_product_sales_daily': ['id_shop', 'reported_on', 'id_product'],
    }) -%}
{%- endif -%}
{%- set has_products = ecommerce_is_on('items') and ecommerce_is_on('products') -%}
{%- if has_products -%}
    {%- do marts.update({'ecommerce_product_stats': ['id_shop', 'id_product']}) -%}
{%- endif -%}
{%- if has_products and ecommerce_is_on('categories') -%}
    {%- do marts.update({'ecommerce_category_stats': ['id_shop', 'id_product_category']}) -%}
{%- endif %}
with

entries as (

    select
        ledger.id_shop,
        ledger.{{ ecommerce_reported_on() }} as reported_on,
        ledger.ordered_on,
        ledger.id_product,
        ledger.original_currency,
        ledger.original_amount,
        orders.campaign_key,
        orders.id_contact
        {%- if has_products %},
        products.id_product_category
        {%- endif %}

    from (select * from {{ ref('shopapp_ecommerce', 'ecommerce_sales_ledger') }}) as ledger
    left join (select * from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }})
        as orders
        on ledger.id_transaction = orders.id_transaction
    {%- if has_products %}
    left join (select * from {{ ref('shopapp_ecommerce', 'ecommerce_product_stats') }}) as products
        on ledger.id_product = products.id_product
    {%- endif %}
    where
        ledger.is_counted
        and ledger.in_net_sales

),

expected as (

    select
        original_currency,
        sum(original_net_amount) as net_amount

    from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }}
    where is_counted
    group by original_currency

),

breakdowns as (

    {%- for mart, keys in marts.items() %}
    select
        '{{ mart }}' as mart,
        entries.original_currency,
        sum(entries.original_amount) as net_amount

    from entries
    inner join (select * from {{ ref('shopapp_ecommerce', mart) }}) as breakdown
        on {% for key in keys -%}
            coalesce(cast(entries.{{ key }} as {{ text }}), {{ no_key }})
            = coalesce(cast(breakdown.{{ key }} as {{ text }}), {{ no_key }})
            {{- '\n        and ' if not loop.last }}
        {%- endfor %}
    group by entries.original_currency
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}

),

marts as (

    {%- for mart in marts %}
    select '{{ mart }}' as mart
    {{- ' union all' if not loop.last }}
    {%- endfor %}

)

select
    marts.mart,
    expected.original_currency

from marts
cross join expected
left join breakdowns
    on marts.mart = breakdowns.mart
    and coalesce(expected.original_currency, {{ no_key }})
    = coalesce(breakdowns.original_currency, {{ no_key }})
where
    breakdowns.net_amount is null
    or breakdowns.net_amount <> expected.net_amount
{%- endif %}
