select
    id_product as key,
    product_name as name,
    sku
from ecommerce_product_stats
where id_product = any(%(keys)s)
