{{ cases({'name': 'text', 'first_day': 'date', 'last_day': 'date'}) }}
