-- Amounts are null without a rate. Amounts before conversion stay.
select id_transaction
from {{ ecommerce_touched_rows(ecommerce_lower_names(
    ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction'
), 'order', ['id_transaction']) }} as transactions
where
    exchange_rate_status in ('missing_rate', 'unknown_currency')
    and (
        {%- for column in [
            'revenue', 'discount', 'shipping', 'shipping_tax', 'tax', 'adjustment', 'refund',
            'total', 'exchange_rate_from', 'exchange_rate_to',
        ] %}
        {{ 'or ' if not loop.first }}{{ column }} is not null
        {%- endfor %}
    )
