{{ cases({'name': 'text', 'quantity': 'quantity', 'price': 'amount'}) }}
