{{ cases({'name': 'text', 'part': 'money', 'whole': 'money', 'total': 'amount'}) }}
