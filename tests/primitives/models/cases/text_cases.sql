{{ cases({'name': 'text', 'value': 'text'}) }}
