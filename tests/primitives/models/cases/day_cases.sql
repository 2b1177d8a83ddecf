{{ cases({'name': 'text', 'moment': 'time', 'time_zone': 'text'}) }}
