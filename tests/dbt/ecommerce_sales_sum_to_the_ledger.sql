-- Each row of ecommerce_sales_daily has the sums of the counted rows of ecommerce_sales_ledger of its
-- shop, day and original currency, in both currencies, and the number of the orders of its day.
-- row_count is 0 for rows of the ledger without a row, and 1 for a row with other sums.
{%- set figures = [] %}
{%- for name in ecommerce_figures_by_event() %}
    {%- do figures.extend([name, 'original_' ~ name]) %}
{%- endfor %}
with

ledger_sums as (

    select
        id_shop,
        {{ ecommerce_reported_on() }} as reported_on,
        original_currency,
        {{ ecommerce_ledger_sums(ecommerce_figures_by_event()) }},
        {{ ecommerce_ledger_sums(ecommerce_figures_by_event(), 'original_') }}

    from {{ ecommerce_touched_rows(
        ref('shopapp_ecommerce', 'ecommerce_sales_ledger'), 'day',
        ['id_shop', ecommerce_reported_on()]
    ) }} as ledger
    where is_counted
    group by id_shop, {{ ecommerce_reported_on() }}, original_currency

),

order_counts as (

    select
        id_shop,
        ordered_on as reported_on,
        original_currency,
        count(distinct id_transaction) as order_count

    from {{ ecommerce_touched_rows(
        ref('shopapp_ecommerce', 'ecommerce_sales_ledger'), 'day', ['id_shop', 'ordered_on']
    ) }} as ledger
    where is_counted
    group by id_shop, ordered_on, original_currency

),

compared as (

    select
        id_shop,
        reported_on,
        original_currency,
        0 as row_count,
        {{ ecommerce_zero('integer') }} as order_count,
        {{ figures | join(', ') }}

    from ledger_sums
    union all
    select
        id_shop,
        reported_on,
        original_currency,
        0,
        order_count
        {%- for name in figures %},
        {{ ecommerce_zero('quantity_sum' if name.startswith('original_') else 'sum') }}
        {%- endfor %}

    from order_counts
    union all
    select
        id_shop,
        reported_on,
        original_currency,
        1,
        -order_count,
        -{{ figures | join(', -') }}

    from {{ ecommerce_touched_rows(
        ref('shopapp_ecommerce', 'ecommerce_sales_daily'), 'day', ['id_shop', 'reported_on']
    ) }} as sales_daily

)

select
    'ecommerce_sales_daily' as mart,
    concat_ws('|', id_shop, reported_on, original_currency) as whose,
    sum(row_count) as row_count

from compared
group by id_shop, reported_on, original_currency
having
    sum(row_count) <> 1
    or sum(order_count) <> 0
    {%- for figure in figures %}
    or sum({{ figure }}) <> 0
    {%- endfor %}
