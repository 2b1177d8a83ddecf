{{ cases({'node': 'text', 'parent': 'text'}) }}
