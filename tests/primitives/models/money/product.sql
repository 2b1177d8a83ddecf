select
    name,
    {{ exact(ecommerce_product('quantity', 'price')) }} as product

from {{ ref('shopapp_ecommerce', 'product_cases') }}
