{#-
  Every rule that an order, product or category may break, of one kind or of all. Each has its
  code, message, and condition on the rows of `relation` (a reject is decided there, all others
  are counted by ecommerce_data_quality):

  - reject: the order cannot enter the four tables, and is in ecommerce_rejects;
  - status: the order is in its table with something unresolved, and is taken up again when that
    changes;
  - quality: the row is kept as the shop states it.

  A check warns, or fails, where more than that share of a shop's rows break its rule. Amounts
  stop where numeric(20, 4) does.
-#}
{% macro ecommerce_rules(kind=none, relation=none) %}
    {%- set charges = ['shipping', 'tax', 'fee', 'tip', 'duty', 'adjustment'] -%}
    {%- set missing = 'gross_amount - coalesce(discount_amount, 0) - total_amount + coalesce('
        ~ charges | join('_amount, 0) + coalesce(') ~ '_amount, 0)' -%}
    {#- Whole lists of currencies, which a plan hashes; looked up row by row they cost seconds. -#}
    {%- set digits = namespace(expression='case') -%}
    {%- for minor_unit in [0, 3, 4] -%}
        {%- set digits.expression = digits.expression
            ~ ' when rows_checked.currency in (select currencies.currency from currencies'
            ~ ' where currencies.minor_unit = ' ~ minor_unit ~ ') then ' ~ minor_unit -%}
    {%- endfor -%}
    {%- set rounding = ecommerce_rounding(digits.expression ~ ' else 2 end', 'item_count') -%}
    {%- set rules = [
        {
            'code': 'transaction_key_too_long',
            'kind': 'reject',
            'relation': 'int_ecommerce__transactions_checked',
            'condition': 'length(id_transaction) > 100',
            'message': 'The order\'s id is longer than 100 characters.',
        },
        {
            'code': 'item_key_too_long',
            'kind': 'reject',
            'relation': 'int_ecommerce__transactions_checked',
            'condition': 'longest_line_key > 100',
            'message': 'The id of a line or of its product is longer than 100 characters.',
        },
        {
            'code': 'amount_out_of_range',
            'kind': 'reject',
            'relation': 'int_ecommerce__transactions_checked',
            'condition': 'largest_amount >= 1e16',
            'message': 'An amount of the order has more than 16 digits before the point.',
        },
        {
            'code': 'item_amount_out_of_range',
            'kind': 'reject',
            'relation': 'int_ecommerce__transactions_checked',
            'condition': 'largest_line_amount >= 1e16',
            'message': 'An amount of a line has more than 16 digits before the point.',
        },
        {
            'code': 'lines_without_order',
            'kind': 'reject',
            'relation': 'int_ecommerce__orders_rejected',
            'condition': 'raw_transactions.transaction_id is null',
            'message': 'The shop sent lines of an order that it never sent.',
        },
        {
            'code': 'contact_unmatched',
            'kind': 'status',
            'relation': 'ECommerce_Transaction',
            'condition': '"contactMatchStatus" = \'unmatched\'',
            'message': 'The order names a customer or contact who is not among the contacts.',
            'warn_above': 0.5,
        },
        {
            'code': 'contact_ambiguous',
            'kind': 'status',
            'relation': 'ECommerce_Transaction',
            'condition': '"contactMatchStatus" = \'ambiguous\'',
            'message': 'Several contacts answer to the order\'s customer or e-mail address.',
            'warn_above': 0.05,
        },
        {
            'code': 'contact_conflict',
            'kind': 'status',
            'relation': 'ECommerce_Transaction',
            'condition': '"contactMatchStatus" = \'conflict\'',
            'message': 'The order\'s contact id and primary key name different contacts.',
            'warn_above': 0,
        },
        {
            'code': 'rate_missing',
            'kind': 'status',
            'relation': 'ECommerce_Transaction',
            'condition': '"exchangeRateStatus" = \'missing_rate\'',
            'message': 'There is no exchange rate for the order\'s currency on its day.',
            'warn_above': 0,
        },
        {
            'code': 'currency_unknown',
            'kind': 'status',
            'relation': 'ECommerce_Transaction',
            'condition': '"exchangeRateStatus" = \'unknown_currency\'',
            'message': 'The order\'s currency is none of ISO 4217.',
            'warn_above': 0,
        },
        {
            'code': 'date_missing',
            'kind': 'quality',
            'relation': 'ECommerce_Transaction',
            'condition': '"dtTransaction" is null',
            'message': 'The order has no date, and is in no period of the statistics.',
            'warn_above': 0,
        },
        {
            'code': 'date_in_the_future',
            'kind': 'quality',
            'relation': 'ECommerce_Transaction',
            'condition': ecommerce_day('"dtTransaction"', 'null') ~ ' > '
                ~ ecommerce_latest_day(),
            'message': 'The order is of a day that is not yet, and in no period of the results.',
            'warn_above': 0,
        },
        {
            'code': 'currency_no_longer_exists',
            'kind': 'quality',
            'relation': 'ECommerce_Transaction',
            'condition': '"originalCurrency" in'
                ~ ' (select currency from currencies where retired_on is not null)'
                ~ ' and exists (select 1 from currencies'
                ~ ' where currencies.currency = rows_checked."originalCurrency"'
                ~ ' and currencies.retired_on'
                ~ ' <= cast(rows_checked."dtTransactionCreatedAt" at time zone \'UTC\' as date))',
            'message': 'The order is in a currency that was money no more on its day.',
            'warn_above': 0,
        },
        {
            'code': 'amounts_do_not_add_up',
            'kind': 'quality',
            'relation': 'stg_ecommerce__transactions',
            'condition': missing ~ ' <> 0 and abs(' ~ missing ~ ') > ' ~ rounding,
            'message': 'The order\'s amounts do not make its total: gross − discount + shipping'
                ~ ' + tax + fee + tip + duty + adjustment differs by more than rounding, half a'
                ~ ' minor unit for each of these amounts and for each line.',
            'warn_above': 0.01,
        },
        {
            'code': 'adjustment_unexplained',
            'kind': 'quality',
            'relation': 'stg_ecommerce__transactions',
            'condition': 'adjustment_amount <> 0 and abs(adjustment_amount) > ' ~ rounding,
            'message': 'The order\'s adjustment, which should be rounding alone, is more than'
                ~ ' half a minor unit for each of its amounts and for each line.',
            'warn_above': 0.01,
        },
        {
            'code': 'lines_do_not_add_up',
            'kind': 'quality',
            'relation': 'int_ecommerce__lines_compared',
            'condition': 'greatest(gross_difference, tax_difference) > 0'
                ~ ' and greatest(gross_difference, tax_difference) > '
                ~ ecommerce_rounding('minor_unit', 'line_count'),
            'message': 'Revenue or tax of the order\'s lines differs from the order\'s by more'
                ~ ' than rounding.',
            'warn_above': 0.01,
        },
        {
            'code': 'send_is_no_integer',
            'kind': 'quality',
            'relation': 'stg_ecommerce__transactions',
            'condition':
                '(id_send_log is not null and '
                ~ ecommerce_try_cast('id_send_log', 'bigint') ~ ' is null)'
                ~ ' or (id_batch is not null and '
                ~ ecommerce_try_cast('id_batch', 'bigint') ~ ' is null)'
                ~ ' or (id_visit is not null and '
                ~ ecommerce_try_cast('id_visit', 'bigint') ~ ' is null)',
            'message': 'idSendLog, idBatch or idVisit is no integer, and is null in the table.',
            'warn_above': 0,
        },
        {
            'code': 'order_incomplete',
            'kind': 'quality',
            'relation': 'int_ecommerce__transaction_candidates',
            'condition': 'not exists (select 1 from complete'
                ~ ' where complete.shop_id = rows_checked.shop_id'
                ~ ' and complete.transaction_id = rows_checked.transaction_id)',
            'message': 'Lines or refunds of the order are still being loaded; it stays in the'
                ~ ' tables as it was.',
            'warn_above': 0,
        },
        {
            'code': 'product_not_in_catalogue',
            'kind': 'quality',
            'relation': 'ECommerce_Product',
            'condition': '"Status" = \'inferred\'',
            'message': 'The product was sold, but is not in the shop\'s catalogue.',
            'warn_above': 0.5,
        },
        {
            'code': 'category_in_a_circle',
            'kind': 'quality',
            'relation': 'ECommerce_ProductCategory',
            'condition': '"Level" is null',
            'message': 'The category is below itself, and has no path.',
            'warn_above': 0,
        },
    ] -%}
    {%- if kind -%}
        {%- set rules = rules | selectattr('kind', 'equalto', kind) | list -%}
    {%- endif -%}
    {%- if relation -%}
        {%- set rules = rules | selectattr('relation', 'equalto', relation) | list -%}
    {%- endif -%}
    {{- return(rules) -}}
{% endmacro %}
