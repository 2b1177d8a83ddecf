{{ cases({'name': 'text', 'amount': 'amount'}) }}
