{{ cases({
    'name': 'text', 'first_text': 'text', 'second_text': 'text', 'amount': 'amount', 'amount_text': 'text',
    'position': 'integer', 'is_paid': 'boolean', 'day': 'date', 'moment': 'time'
}) }}
