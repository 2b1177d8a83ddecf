{{ config(materialized='ecommerce_maintained', unique_key=['id_shop', 'check_code']) }}
{#- Checks in int_ecommerce__order_checks: the relation whose rows are checked, and the numbers of
    its checked and failing rows. -#}
{%- set of_orders = "count(case when {} then 1 end)" -%}
{%- set of_rows = 'cast(sum({}) as ' ~ ecommerce_type('integer') ~ ')' -%}
{%- set order_checks = {
    'ECommerce_Transaction': ('transactions', of_orders.format('is_in_table'), of_orders),
    'stg_ecommerce__transactions': ('raw_transactions', of_orders.format('is_loaded'), of_orders),
    'ecommerce_sales_ledger': ('ledger', of_orders.format('is_in_ledger'), of_orders),
    'stg_ecommerce__sales_events': ('events', of_rows.format('event_count'), of_rows),
} -%}
{%- if ecommerce_is_on('items') -%}
    {%- do order_checks.update({
        'ECommerce_Item': ('lines', of_orders.format('has_lines'), of_orders),
        'stg_ecommerce__items': ('raw_items', of_rows.format('item_count'), of_rows),
    }) -%}
{%- endif -%}
{#- CTEs that have a boolean column per rule, with the relation that each CTE checks. -#}
{%- set checked_relations = {
    'checked_candidates': 'int_ecommerce__transaction_candidates',
    'checked_deletions': 'int_ecommerce__missing_records',
} -%}
{%- if ecommerce_is_on('products') -%}
    {%- do checked_relations.update({'checked_products': 'ECommerce_Product'}) -%}
{%- endif -%}
{%- if ecommerce_is_on('categories') -%}
    {%- do checked_relations.update({'checked_categories': 'ECommerce_ProductCategory'}) -%}
{%- endif -%}
{%- set thresholds = fromjson(ecommerce_setting('ecommerce_quality_thresholds')) -%}
{%- if thresholds is not mapping -%}
    {%- do exceptions.raise_compiler_error(
        'ecommerce_quality_thresholds is not a JSON object. Write it as'
        ~ ' {"contact_unmatched": {"warn_above": 0.2}}, or remove it.'
    ) -%}
{%- endif -%}
{%- for code in thresholds if code not in ecommerce_rule_codes() -%}
    {%- do exceptions.raise_compiler_error(
        'ecommerce_quality_thresholds contains ' ~ code ~ ', which is not a check. Use one of: '
        ~ ecommerce_rule_codes() | join(', ') ~ '.'
    ) -%}
{%- endfor %}
{#- The hooks of these tables delete products and categories that no order needs. #}
{%- if ecommerce_is_on('products') and ecommerce_is_on('categories') %}
-- depends_on: {{ ref('shopapp_ecommerce', 'ecommerce_product_categories') }}
{%- elif ecommerce_is_on('products') and ecommerce_is_on('items') %}
-- depends_on: {{ ref('shopapp_ecommerce', 'ECommerce_Item') }}
{%- endif %}

with

order_checks as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__order_checks') }}

),

-- Not a select of order_checks, because a CTE with two references would be stored.
complete_orders as (

    select id_transaction
    from {{ ref('shopapp_ecommerce', 'int_ecommerce__order_checks') }}
    where is_complete

),

candidates as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__transaction_candidates') }}

),

rejects as (

    select
        *,
        count(*) over (partition by shop_id) as shop_reject_count

    from {{ ref('shopapp_ecommerce', 'ecommerce_rejects') }}

),

rules as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_rules') }}

),

checked_orders as (

    select
        order_checks.*,
        utc_day > {{ ecommerce_latest_day() }} as date_in_the_future

    from order_checks

),

checked_deletions as (

    select
        shop_id as id_shop,
        state = 'unconfirmed' as deletion_unconfirmed

    from {{ ref('shopapp_ecommerce', 'int_ecommerce__missing_records') }}
    where state <> 'listed'

),

checked_candidates as (

    select
        candidates.shop_id as id_shop,
        complete_orders.id_transaction is null as order_incomplete

    from candidates
    left join complete_orders
        on candidates.id_transaction = complete_orders.id_transaction

),
{%- if ecommerce_is_on('products') %}

products as (

    select *
    from {{ ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Product'), 'ECommerce_Product',
        columns=['idShop', 'Status']
    ) }} as products

),

checked_products as (

    select
        id_shop,
        status = 'inferred' as product_not_in_catalogue

    from products

),
{%- endif %}
{%- if ecommerce_is_on('categories') %}

categories as (

    select *
    from {{ ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_ProductCategory'), 'ECommerce_ProductCategory',
        columns=['idShop', 'Level']
    ) }} as categories

),

checked_categories as (

    select
        id_shop,
        level is null as category_in_a_circle

    from categories

),
{%- endif %}

counted_orders as (

    select
        id_shop
        {%- for relation, (name, checked, failing) in order_checks.items() %},
        {{ checked }} as {{ name }}_count
        {%- for code in ecommerce_rule_codes(relation) %},
        {{ failing.format(code) }} as {{ code }}
        {%- endfor %}
        {%- endfor %}

    from checked_orders
    group by id_shop

),
{%- for cte, relation in checked_relations.items() %}

counted_{{ cte }} as (

    select
        id_shop,
        count(*) as checked_count
        {%- for code in ecommerce_rule_codes(relation) %},
        count(*) filter (where {{ code }}) as {{ code }}
        {%- endfor %}

    from {{ cte }}
    group by id_shop

),
{%- endfor %}

-- Rejected records per reason, including the taps' own reasons.
reject_counts as (

    select
        rejects.shop_id as id_shop,
        reasons.element as code,
        count(*) as failing_count,
        max(rejects.shop_reject_count) as reject_count

    from rejects
    {{ ecommerce_list_elements('rejects.reason_codes', 'reasons') }}
    group by rejects.shop_id, reasons.element

),

check_counts as (

    {%- for relation, (name, checked, failing) in order_checks.items() %}
    {%- for code in ecommerce_rule_codes(relation) %}
    select
        id_shop,
        '{{ code }}' as code,
        {{ code }} as failing_count,
        {{ name }}_count as checked_count

    from counted_orders
    where {{ name }}_count > 0
    union all
    {%- endfor %}
    {%- endfor %}
    {%- for cte, relation in checked_relations.items() %}
    {%- for code in ecommerce_rule_codes(relation) %}
    select
        id_shop,
        '{{ code }}' as code,
        {{ code }} as failing_count,
        checked_count

    from counted_{{ cte }}
    union all
    {%- endfor %}
    {%- endfor %}
    select
        reject_counts.id_shop,
        reject_counts.code,
        reject_counts.failing_count,
        reject_counts.reject_count + coalesce(counted_orders.transactions_count, 0)

    from reject_counts
    left join counted_orders
        on reject_counts.id_shop = counted_orders.id_shop

),

-- Thresholds in the setting replace the thresholds in the seed.
thresholds_set as (

    {%- for code, threshold in thresholds.items() %}
    select
        '{{ code }}' as code
        {%- for limit in ['warn_above', 'fail_above'] %},
        cast({{ threshold.get(limit, 'null') }} as {{ ecommerce_type('ratio') }}) as {{ limit }}
        {%- endfor %}

    union all
    {%- endfor %}
    select
        cast(null as {{ ecommerce_type('text') }}) as code,
        cast(null as {{ ecommerce_type('ratio') }}) as warn_above,
        cast(null as {{ ecommerce_type('ratio') }}) as fail_above

    where 1 = 0

),

with_thresholds as (

    select
        check_counts.id_shop,
        check_counts.code as check_code,
        coalesce(rules.kind, 'reject') as kind,
        coalesce(rules.message, 'The tap rejected the record. ecommerce_rejects has the reason.')
            as message,
        check_counts.failing_count,
        check_counts.checked_count,
        {{ ecommerce_quotient(
            'check_counts.failing_count', 'check_counts.checked_count', 6
        ) }} as failing_share,
        coalesce(thresholds_set.warn_above, rules.warn_above, {{ ecommerce_zero('ratio') }})
            as warn_above,
        coalesce(thresholds_set.fail_above, rules.fail_above) as fail_above

    from check_counts
    left join rules
        on check_counts.code = rules.code
    left join thresholds_set
        on check_counts.code = thresholds_set.code

),

with_outcome as (

    select
        with_thresholds.*,
        case
            when failing_count > fail_above * checked_count then 'fail'
            when failing_count > warn_above * checked_count then 'warn'
            else 'ok'
        end as outcome

    from with_thresholds

)

{{ ecommerce_typed_rows('with_outcome') }}
