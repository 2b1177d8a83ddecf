{{ ecommerce_raw('exchange_rates') }}
