{{ ecommerce_raw('shops') }}
