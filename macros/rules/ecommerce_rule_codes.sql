{#-
  Codes of the rules in the seed ecommerce_rules, by the relation whose rows are checked. A reject
  is listed under the model that rejects. The condition of a rule is a boolean column with the
  rule's code as its name, in the model that counts or rejects the rows.

  dbt compiles models without reading seeds, so the codes are repeated here. A test compares both
  lists. Kinds, messages and thresholds are in the seed only.

  relation: return the codes of this relation only. Default: the codes of all relations.
-#}
{% macro ecommerce_rule_codes(relation=none) %}
    {%- set codes = {
        'int_ecommerce__transactions_checked': [
            'transaction_key_too_long',
            'item_key_too_long',
            'amount_out_of_range',
            'item_amount_out_of_range',
            'event_amount_out_of_range',
        ],
        'int_ecommerce__orders_rejected': ['lines_without_order'],
        'ECommerce_Transaction': [
            'contact_unmatched',
            'contact_ambiguous',
            'contact_conflict',
            'rate_missing',
            'currency_unknown',
            'date_missing',
            'date_in_the_future',
            'currency_no_longer_exists',
        ],
        'stg_ecommerce__transactions': [
            'amounts_do_not_add_up',
            'adjustment_unexplained',
            'status_unknown',
            'email_unreadable',
            'send_is_no_integer',
            'number_rounded',
        ],
        'stg_ecommerce__items': ['item_number_rounded'],
        'stg_ecommerce__sales_events': ['event_kind_unknown'],
        'int_ecommerce__missing_records': ['deletion_unconfirmed'],
        'ECommerce_Item': ['lines_do_not_add_up'],
        'ecommerce_sales_ledger': ['unexplained_rounding', 'refund_split_derived'],
        'int_ecommerce__transaction_candidates': ['order_incomplete'],
        'ECommerce_Product': ['product_not_in_catalogue'],
        'ECommerce_ProductCategory': ['category_in_a_circle'],
    } -%}
    {{- return(codes[relation] if relation else codes.values() | sum(start=[])) -}}
{% endmacro %}
