{{ cases({'name': 'text', 'record': 'json'}) }}
