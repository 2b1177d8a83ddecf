select
    name,
    {{ ecommerce_try_cast('value', 'bigint') }} as as_bigint,
    {{ ecommerce_try_cast('value', 'int') }} as as_int,
    cast({{ ecommerce_try_cast('value', 'uuid') }} as {{ ecommerce_type('text') }}) as as_uuid,
    {{ ecommerce_try_cast('value', 'text') }} as as_text

from {{ ref('shopapp_ecommerce', 'text_cases') }}
