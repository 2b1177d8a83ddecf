-- Per shop, the checks of orders count all orders of the table as checked, and the orders with
-- the check's status as failing, in all original currencies.
{%- set checks = {
    'contact_unmatched': '"contactMatchStatus" = \'unmatched\'',
    'contact_ambiguous': '"contactMatchStatus" = \'ambiguous\'',
    'contact_conflict': '"contactMatchStatus" = \'conflict\'',
    'rate_missing': '"exchangeRateStatus" = \'missing_rate\'',
    'currency_unknown': '"exchangeRateStatus" = \'unknown_currency\'',
} %}
with

by_currency as (

    {%- for code, condition in checks.items() %}
    select
        "idShop" as id_shop,
        '{{ code }}' as check_code,
        "originalCurrency" as original_currency,
        count(*) filter (where {{ condition }}) as failing_count,
        count(*) as checked_count

    from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}
    group by 1, 2, 3
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

differences as (

    select
        id_shop,
        check_code,
        failing_count,
        checked_count

    from by_currency
    union all
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
