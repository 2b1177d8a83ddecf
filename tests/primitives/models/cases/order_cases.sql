{{ cases({'id_order': 'text', 'id_shop': 'text'}) }}
