select
    name,
    {{ exact(ecommerce_quotient('part', 'whole', 6)) }} as quotient,
    {{ exact(ecommerce_quotient('part_int', 'whole_int', 6)) }} as quotient_int

from {{ ref('shopapp_ecommerce', 'quotient_of_integers_cases') }}
