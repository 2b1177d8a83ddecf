{{ cases({'name': 'text', 'amount': 'amount', 'rate_from': 'rate', 'rate_to': 'rate'}) }}
