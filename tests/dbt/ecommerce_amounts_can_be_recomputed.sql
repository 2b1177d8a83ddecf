-- Every amount can be recomputed from its row: original × exchangeRateTo / exchangeRateFrom,
-- rounded half away from zero to the reporting currency's minor unit. The test multiplies by
-- exchangeRateFrom instead of dividing, and accepts a difference of half a unit.
select id_transaction
from {{ ecommerce_touched_rows(ecommerce_lower_names(
    ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction'
), 'order', ['id_transaction']) }} as transactions
where
    exchange_rate_from is not null
    and (
        {%- for amount in [
            'revenue', 'discount', 'shipping', 'shipping_tax', 'tax', 'adjustment', 'refund',
            'total',
        ] %}
        {{ 'or ' if not loop.first }}({{ amount }} is null) <> (original_{{ amount }} is null)
        or abs({{ amount }} * exchange_rate_from - original_{{ amount }} * exchange_rate_to) * 2
        > {{ ecommerce_power_of_ten(-ecommerce_exponent()) }} * exchange_rate_from
        or {{ amount }} <> {{ ecommerce_round(amount, ecommerce_exponent()) }}
        {%- endfor %}
    )
