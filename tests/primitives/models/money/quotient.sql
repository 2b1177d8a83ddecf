select
    name,
    {{ exact(ecommerce_quotient('part', 'whole', 2)) }} as decimals_2,
    {{ exact(ecommerce_quotient('part', 'whole', 6)) }} as decimals_6

from {{ ref('shopapp_ecommerce', 'quotient_cases') }}
