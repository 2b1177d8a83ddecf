{{ cases({'name': 'text', 'part': 'integer', 'whole': 'integer', 'part_int': 'int', 'whole_int': 'int'}) }}
