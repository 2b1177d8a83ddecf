-- Up to when the shop's data reach.
select
    (
        select max(loaded_until) from ecommerce_run_log where model = 'ECommerce_Transaction'
    ) as loaded_until,
    (select max(ordered_at) from ecommerce_transactions_enriched) as ordered_until
