select
    name,
    {{ exact(ecommerce_half_unit('exponent')) }} as half_unit,
    {{ exact(ecommerce_rounding('exponent', 'item_count')) }} as rounding

from {{ ref('shopapp_ecommerce', 'half_unit_cases') }}
