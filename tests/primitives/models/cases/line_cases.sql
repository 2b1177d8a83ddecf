{{ cases({'id_line_order': 'text', 'id_line_shop': 'text', 'quantity': 'quantity', 'is_gift': 'boolean'}) }}
