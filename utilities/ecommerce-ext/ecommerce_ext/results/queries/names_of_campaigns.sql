select
    campaign_key as key,
    campaign_name as name,
    campaign_channel as channel,
    campaign_source as source,
    id_batch as batch,
    case when conversion_rate is not null then recipient_count end as recipient_count
from ecommerce_campaign_performance
where campaign_key = any(%(keys)s)
