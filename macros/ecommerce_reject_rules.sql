{#-
  The rules by which an order cannot enter the four tables, each with its code, its condition on
  int_ecommerce__transactions_checked and its message. Amounts stop where numeric(20, 4) does.
-#}
{% macro ecommerce_reject_rules() %}
    {{- return([
        {
            'code': 'transaction_key_too_long',
            'condition': 'length(id_transaction) > 100',
            'message': 'The order\'s id is longer than 100 characters.',
        },
        {
            'code': 'item_key_too_long',
            'condition': 'longest_line_key > 100',
            'message': 'The id of a line or of its product is longer than 100 characters.',
        },
        {
            'code': 'amount_out_of_range',
            'condition': 'largest_amount >= 1e16',
            'message': 'An amount of the order has more than 16 digits before the point.',
        },
        {
            'code': 'item_amount_out_of_range',
            'condition': 'largest_line_amount >= 1e16',
            'message': 'An amount of a line has more than 16 digits before the point.',
        },
    ]) -}}
{% endmacro %}
