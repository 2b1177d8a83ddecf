{{ ecommerce_raw('rejected_records') }}
