select
    name,
    {{ ecommerce_json_row({
        'id': ('first_text', 'text'),
        'note': ('second_text', 'text'),
        'total': ('amount_text', 'decimal'),
        'position': ('position', 'integer'),
        'is_paid': ('is_paid', 'boolean'),
        'day': ('day', 'date'),
        'created_at': ('moment', 'timestamp'),
    }) }} as json_row

from {{ ref('shopapp_ecommerce', 'row_cases') }}
