select
    orders.id_order,
    orders.id_shop,
    coalesce(found.line_count, 0) as line_count,
    {{ exact('found.quantity') }} as quantity

from {{ ref('shopapp_ecommerce', 'order_cases') }} as orders
{{ ecommerce_lookup(
    ref('shopapp_ecommerce', 'line_cases'), 'found',
    {'id_line_order': 'orders.id_order', 'id_line_shop': 'orders.id_shop'},
    {'line_count': 'count(*)', 'quantity': 'sum(quantity)'},
    'not is_gift'
) }}
