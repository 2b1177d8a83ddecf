{%- set relations = [
    'ECommerce_Transaction',
    'stg_ecommerce__transactions',
    'int_ecommerce__transaction_candidates',
] -%}
{%- if ecommerce_is_on('items') -%}
    {%- do relations.append('int_ecommerce__lines_compared') -%}
{%- endif -%}
{%- if ecommerce_is_on('products') %}{% do relations.append('ECommerce_Product') %}{% endif -%}
{%- if ecommerce_is_on('categories') -%}
    {%- do relations.append('ECommerce_ProductCategory') -%}
{%- endif -%}
{%- set rules = ecommerce_rules() -%}
{%- set thresholds = fromjson(ecommerce_setting('ecommerce_quality_thresholds')) -%}
{%- if thresholds is not mapping -%}
    {%- do exceptions.raise_compiler_error(
        'ecommerce_quality_thresholds is no JSON object. Write it as'
        ~ ' {"contact_unmatched": {"warn_above": 0.2}}, or leave it out.'
    ) -%}
{%- endif -%}
{%- for code in thresholds if code not in rules | map(attribute='code') | list -%}
    {%- do exceptions.raise_compiler_error(
        'ecommerce_quality_thresholds names ' ~ code ~ ', which is no check. Known are: '
        ~ rules | map(attribute='code') | join(', ') ~ '.'
    ) -%}
{%- endfor %}

with

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}

),

rejects as (

    select
        *,
        count(*) over (partition by shop_id) as shop_reject_count

    from {{ ref('shopapp_ecommerce', 'ecommerce_rejects') }}

),

complete as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_complete') }}

),

currencies as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}

),

counted as (

    {%- for relation in relations %}
    select
        rows_checked.
        {{- '"idShop"' if relation.startswith('ECommerce_') else 'shop_id' }} as id_shop,
        codes.check_code,
        count(*) filter (where codes.is_failing) as failing_count,
        count(*) as checked_count

    from (select * from {{ ref('shopapp_ecommerce', relation) }}) as rows_checked
    cross join lateral (
        values
        {%- for rule in ecommerce_rules(relation=relation) %}
        ('{{ rule.code }}', {{ rule.condition }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as codes (check_code, is_failing)
    group by 1, 2
    union all
    {%- endfor %}
    -- Also the reasons for which a tap rejects records.
    select
        rejects.shop_id,
        codes.check_code,
        count(*),
        max(rejects.shop_reject_count) + (
            select count(*)
            from transactions
            where transactions."idShop" = rejects.shop_id
        )

    from rejects
    cross join lateral unnest(rejects.reason_codes) as codes (check_code)
    group by 1, 2

),

rules as (

    select *
    from (
        values
    {%- for rule in rules %}
    {%- set threshold = thresholds.get(rule.code, {}) %}
        (
            '{{ rule.code }}', '{{ rule.kind }}', '{{ rule.message | replace("'", "''") }}',
            cast({{ threshold.get('warn_above', rule.get('warn_above', 0)) }} as numeric),
            cast({{ threshold.get('fail_above', rule.get('fail_above', 'null')) }} as numeric)
        ){{ ',' if not loop.last }}
    {%- endfor %}
    ) as listed (check_code, kind, message, warn_above, fail_above)

),

judged as (

    select
        counted.id_shop,
        counted.check_code,
        coalesce(rules.kind, 'reject') as kind,
        coalesce(rules.message, 'The tap rejected the record; ecommerce_rejects says why.')
            as message,
        counted.failing_count,
        counted.checked_count,
        round(cast(counted.failing_count as numeric) / counted.checked_count, 6)
            as failing_share,
        coalesce(rules.warn_above, 0) as warn_above,
        rules.fail_above,
        case
            when counted.failing_count > rules.fail_above * counted.checked_count then 'fail'
            when counted.failing_count > coalesce(rules.warn_above, 0) * counted.checked_count
                then 'warn'
            else 'ok'
        end as outcome

    from counted
    left join rules
        on counted.check_code = rules.check_code

)

select * from judged
