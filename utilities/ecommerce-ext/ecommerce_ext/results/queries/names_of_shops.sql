select
    shop_id as key,
    name
from {staging}.stg_ecommerce__shops
where shop_id = any(%(keys)s)
