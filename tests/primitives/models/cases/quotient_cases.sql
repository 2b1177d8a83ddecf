{{ cases({'name': 'text', 'part': 'quantity_sum', 'whole': 'quantity_sum'}) }}
