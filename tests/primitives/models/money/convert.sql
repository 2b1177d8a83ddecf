select
    name,
    {{ exact(ecommerce_convert('amount', 'rate_from', 'rate_to', 0)) }} as decimals_0,
    {{ exact(ecommerce_convert('amount', 'rate_from', 'rate_to', 2)) }} as decimals_2,
    {{ exact(ecommerce_convert('amount', 'rate_from', 'rate_to', 3)) }} as decimals_3

from {{ ref('shopapp_ecommerce', 'convert_cases') }}
