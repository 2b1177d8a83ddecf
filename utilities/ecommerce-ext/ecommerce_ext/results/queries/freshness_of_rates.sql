-- When rates were last loaded, and the day of the newest.
select
    max(loaded_at) as loaded_at,
    max(rate_on) as rates_until
from {staging}.stg_ecommerce__exchange_rates
