-- One row per shop and check.
select
    id_shop as shop,
    check_code as code,
    kind,
    message,
    failing_count,
    checked_count,
    outcome
from ecommerce_data_quality
order by 1, 2
