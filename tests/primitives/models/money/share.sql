select
    name,
    {{ exact(ecommerce_share('part', 'whole', 'total', 0)) }} as decimals_0,
    {{ exact(ecommerce_share('part', 'whole', 'total', 2)) }} as decimals_2,
    {{ exact(ecommerce_share('part', 'whole', 'total', 3)) }} as decimals_3

from {{ ref('shopapp_ecommerce', 'share_cases') }}
