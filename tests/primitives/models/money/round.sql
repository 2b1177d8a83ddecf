select
    name,
    {{ exact(ecommerce_round('amount', 0)) }} as decimals_0,
    {{ exact(ecommerce_round('amount', 2)) }} as decimals_2,
    {{ exact(ecommerce_round('amount', 3)) }} as decimals_3

from {{ ref('shopapp_ecommerce', 'round_cases') }}
