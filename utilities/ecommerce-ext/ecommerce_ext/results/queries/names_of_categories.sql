select
    id_product_category as key,
    category_name as name,
    id_product_category_parent as parent
from ecommerce_category_stats
where id_product_category = any(%(keys)s)
