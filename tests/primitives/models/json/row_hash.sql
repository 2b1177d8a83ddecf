select
    name,
    {{ ecommerce_row_hash([
        {'name': 'first_text', 'type': ecommerce_type('text')},
        {'name': 'second_text', 'type': ecommerce_type('text')},
        {'name': 'amount', 'type': ecommerce_type('amount')},
        {'name': 'position', 'type': ecommerce_type('integer')},
        {'name': 'is_paid', 'type': ecommerce_type('boolean')},
        {'name': 'day', 'type': ecommerce_type('date')},
        {'name': 'moment', 'type': ecommerce_type('time')},
    ]) }} as row_hash

from {{ ref('shopapp_ecommerce', 'row_cases') }}
