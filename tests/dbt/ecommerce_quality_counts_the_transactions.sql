-- Per shop, the checks of orders count all orders of the table as checked, and the orders with
-- the check's status as failing, in all original currencies.
{%- if not ecommerce_is_whole_test() %}
select 1 where 1 = 0
{%- else %}
{%- set checks = {
    'contact_unmatched': "contact_match_status = 'unmatched'",
    'contact_ambiguous': "contact_match_status = 'ambiguous'",
    'contact_conflict': "contact_match_status = 'conflict'",
    'rate_missing': "exchange_rate_status = 'missing_rate'",
    'currency_unknown': "exchange_rate_status = 'unknown_currency'",
} %}
with

by_currency as (

    select
        id_shop,
        original_currency,
        count(*) as checked_count
        {%- for code, condition in checks.items() %},
        count(*) filter (where {{ condition }}) as {{ code }}
        {%- endfor %}

    from {{ ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction'
    ) }} as transactions
    group by id_shop, original_currency

),

differences as (

    {%- for code in checks %}
    select
        id_shop,
        '{{ code }}' as check_code,
        {{ code }} as failing_count,
        checked_count

    from by_currency
    union all
    {%- endfor %}
    select
        id_shop,
        check_code,
        -failing_count,
        -checked_count

    from {{ ref('shopapp_ecommerce', 'ecommerce_data_quality') }}
    where check_code in ('{{ checks | join("', '") }}')

)

select
    id_shop,
    check_code

from differences
group by id_shop, check_code
having
    sum(failing_count) <> 0
    or sum(checked_count) <> 0
{%- endif %}
