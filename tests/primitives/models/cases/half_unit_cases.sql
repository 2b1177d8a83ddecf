{{ cases({'name': 'text', 'exponent': 'integer', 'item_count': 'integer'}) }}
