-- The ledger has each order of the table. Its rows, without what was taken back, sum to the order's
-- Shipping, Tax and Total, and those of a line to the line's Revenue, Discount and Tax, in both
-- currencies. Some applications state a Total without goods that were removed before they were paid.
{%- set sides = {'': 'money', 'original_': 'amount'} %}
{#- Gift cards that were taken back, and those with a lower price, have the event of those that were
    sold. Their Revenue contains a lower price, and not what was taken back. #}
{%- set goods -%}
event = 'sale'
        or (event = 'return' and event_id is null)
        or (
            event = 'gift_card_sale'
            and (event_id is null or original_amount > 0)
            and entry_id not like 'cancelled:%'
        )
{%- endset %}
{%- set placed -%}
event in ('discount', 'rounding', 'shipping', 'tax', 'fee', 'tip', 'duty')
        or {{ goods }}
{%- endset %}
{#- What was taken back is refunded or missing in the Total. A cancelled order can be both. #}
{%- set refunded -%}
case
            when transactions.dt_cancelled is null
                then coalesce(transactions.original_refund, {{ ecommerce_zero('amount') }})
            else {{ ecommerce_zero('amount') }}
        end
{%- endset %}
with

transactions as (

    select *
    from {{ ecommerce_touched_rows(ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction'
    ), 'order', ['id_transaction']) }} as transactions

),

order_sums as (

    select
        id_transaction
        {%- for prefix in sides %},
        sum(case when {{ placed }} then {{ prefix }}amount end) as {{ prefix }}placed,
        sum(case when event = 'shipping' then {{ prefix }}amount end) as {{ prefix }}shipping,
        sum(case when event = 'tax' then {{ prefix }}amount end) as {{ prefix }}tax
        {%- endfor %},
        sum(original_amount) as original_left

    from {{ ecommerce_touched_rows(
        ref('shopapp_ecommerce', 'ecommerce_sales_ledger'), 'order', ['id_transaction']
    ) }} as ledger
    group by id_transaction

),

line_sums as (

    select
        id_transaction,
        id_item,
        {%- for prefix, type in sides.items() %}
        {%- for name, condition in {
            'revenue': goods, 'discount': "event = 'discount'", 'tax': "event = 'tax'",
        }.items() %}
        coalesce(
            sum(
                case when {{ condition }}
                    then {{ '-' if name == 'discount' }}{{ prefix }}amount end
            ), {{ ecommerce_zero(type) }}
        ) as {{ prefix }}{{ name }},
        {%- endfor %}
        coalesce(
            sum(case when event = 'gift_card_sale' and original_amount < 0 then {{ prefix }}amount end),
            {{ ecommerce_zero(type) }}
        ) as {{ prefix }}gift_card_loss{{ ',' if not loop.last }}
        {%- endfor %}

    from {{ ecommerce_touched_rows(
        ref('shopapp_ecommerce', 'ecommerce_sales_ledger'), 'order', ['id_transaction']
    ) }} as ledger
    where id_item is not null
    group by id_transaction, id_item

)

select
    transactions.id_transaction,
    'order' as part

from transactions
left join order_sums
    on transactions.id_transaction = order_sums.id_transaction
where
    order_sums.id_transaction is null
    or (
        transactions.original_total <> order_sums.original_placed
        and transactions.original_total not between
        order_sums.original_left + {{ refunded }} and order_sums.original_placed
    )
    or (
        transactions.total <> order_sums.placed
        and transactions.original_total = order_sums.original_placed
    )
    {%- for prefix, type in sides.items() %}
    {%- for name in ['shipping', 'tax'] %}
    or (
        transactions.{{ prefix }}total is not null
        and coalesce(transactions.{{ prefix }}{{ name }}, {{ ecommerce_zero(type) }})
        <> coalesce(order_sums.{{ prefix }}{{ name }}, {{ ecommerce_zero(type) }})
    )
    {%- endfor %}
    {%- endfor %}
{%- if ecommerce_is_on('items') %}
union all
select
    items.id_transaction,
    items.id_item

from {{ ecommerce_touched_rows(ecommerce_lower_names(
    ref('shopapp_ecommerce', 'ECommerce_Item'), 'ECommerce_Item'
), 'order', ['id_transaction']) }} as items
left join line_sums
    on items.id_transaction = line_sums.id_transaction
    and items.id_item = line_sums.id_item
where
    line_sums.id_item is null
    {%- for prefix in sides %}
    or items.{{ prefix }}revenue not between
    line_sums.{{ prefix }}revenue + line_sums.{{ prefix }}gift_card_loss and line_sums.{{ prefix }}revenue
    {%- for name in ['discount', 'tax'] %}
    or items.{{ prefix }}{{ name }} <> line_sums.{{ prefix }}{{ name }}
    {%- endfor %}
    {%- endfor %}
{%- endif %}
