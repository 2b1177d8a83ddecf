-- One row: the time of the last load of rates, and the day of the newest rate.
select
    max(loaded_at) as loaded_at,
    max(rate_on) as rates_until
from {staging}.stg_ecommerce__exchange_rates
