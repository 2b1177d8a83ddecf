{#- CTEs that have a boolean column per rule, with the relation that each CTE checks. -#}
{%- set checked_relations = {
    'checked_transactions': 'ECommerce_Transaction',
    'checked_raw_transactions': 'stg_ecommerce__transactions',
    'checked_candidates': 'int_ecommerce__transaction_candidates',
} -%}
{%- if ecommerce_is_on('items') -%}
    {%- do checked_relations.update({'checked_items': 'int_ecommerce__lines_compared'}) -%}
{%- endif -%}
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

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}

),

raw_transactions as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__transactions') }}

),

candidates as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__transaction_candidates') }}

),

complete_transactions as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_complete') }}

),

rejects as (

    select
        *,
        count(*) over (partition by shop_id) as shop_reject_count

    from {{ ref('shopapp_ecommerce', 'ecommerce_rejects') }}

),

currencies as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}

),

rules as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_rules') }}

),

checked_transactions as (

    select
        transactions."idShop" as id_shop,
        transactions."contactMatchStatus" = 'unmatched' as contact_unmatched,
        transactions."contactMatchStatus" = 'ambiguous' as contact_ambiguous,
        transactions."contactMatchStatus" = 'conflict' as contact_conflict,
        transactions."exchangeRateStatus" = 'missing_rate' as rate_missing,
        transactions."exchangeRateStatus" = 'unknown_currency' as currency_unknown,
        transactions."dtTransaction" is null as date_missing,
        {{ ecommerce_day('transactions."dtTransaction"', 'null') }}
        > {{ ecommerce_latest_day() }} as date_in_the_future,
        currencies.retired_on
        <= {{ ecommerce_day('transactions."dtTransactionCreatedAt"', 'null') }}
            as currency_no_longer_exists

    from transactions
    left join currencies
        on transactions."originalCurrency" = currencies.currency

),

totals_compared as (

    select
        raw_transactions.*,
        raw_transactions.gross_amount
        - coalesce(raw_transactions.discount_amount, 0)
        {%- for charge in ['shipping', 'tax', 'fee', 'tip', 'duty', 'adjustment'] %}
        + coalesce(raw_transactions.{{ charge }}_amount, 0)
        {%- endfor %}
        - raw_transactions.total_amount as total_difference,
        {{ ecommerce_rounding('currencies.minor_unit', 'raw_transactions.item_count') }}
            as rounding

    from raw_transactions
    left join currencies
        on raw_transactions.currency = currencies.currency

),

checked_raw_transactions as (

    select
        shop_id as id_shop,
        total_difference <> 0 and abs(total_difference) > rounding as amounts_do_not_add_up,
        adjustment_amount <> 0 and abs(adjustment_amount) > rounding as adjustment_unexplained,
        {%- for id in ['id_send_log', 'id_batch', 'id_visit'] %}
        {{ 'or ' if not loop.first }}(
            {{ id }} is not null
            and {{ ecommerce_try_cast(id, 'bigint') }} is null
        )
        {%- endfor %} as send_is_no_integer

    from totals_compared

),

checked_candidates as (

    select
        candidates.shop_id as id_shop,
        not exists (
            select 1
            from complete_transactions
            where
                complete_transactions.shop_id = candidates.shop_id
                and complete_transactions.transaction_id = candidates.transaction_id
        ) as order_incomplete

    from candidates

),
{%- if ecommerce_is_on('items') %}

checked_items as (

    select
        shop_id as id_shop,
        greatest(gross_difference, tax_difference) > 0
        and greatest(gross_difference, tax_difference)
        > {{ ecommerce_rounding('minor_unit', 'line_count') }} as lines_do_not_add_up

    from {{ ref('shopapp_ecommerce', 'int_ecommerce__lines_compared') }}

),
{%- endif %}
{%- if ecommerce_is_on('products') %}

checked_products as (

    select
        "idShop" as id_shop,
        "Status" = 'inferred' as product_not_in_catalogue

    from {{ ref('shopapp_ecommerce', 'ECommerce_Product') }}

),
{%- endif %}
{%- if ecommerce_is_on('categories') %}

checked_categories as (

    select
        "idShop" as id_shop,
        "Level" is null as category_in_a_circle

    from {{ ref('shopapp_ecommerce', 'ECommerce_ProductCategory') }}

),
{%- endif %}

check_counts as (

    {%- for cte, relation in checked_relations.items() %}
    select
        {{ cte }}.id_shop,
        checks.code,
        count(*) filter (where checks.is_failing) as failing_count,
        count(*) as checked_count

    from {{ cte }}
    cross join lateral (
        values
        {%- for code in ecommerce_rule_codes(relation) %}
        ('{{ code }}', {{ cte }}.{{ code }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as checks (code, is_failing)
    group by 1, 2
    union all
    {%- endfor %}
    -- Rejected records per reason, including the taps' own reasons.
    select
        rejects.shop_id,
        reasons.code,
        count(*),
        max(rejects.shop_reject_count) + (
            select count(*)
            from transactions
            where transactions."idShop" = rejects.shop_id
        )

    from rejects
    cross join lateral unnest(rejects.reason_codes) as reasons (code)
    group by 1, 2

),

-- Thresholds in the setting replace the thresholds in the seed.
thresholds_set as (

    {%- for code, threshold in thresholds.items() %}
    select
        '{{ code }}' as code,
        cast({{ threshold.get('warn_above', 'null') }} as numeric) as warn_above,
        cast({{ threshold.get('fail_above', 'null') }} as numeric) as fail_above

    union all
    {%- endfor %}
    select
        cast(null as text) as code,
        cast(null as numeric) as warn_above,
        cast(null as numeric) as fail_above

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
        round(cast(check_counts.failing_count as numeric) / check_counts.checked_count, 6)
            as failing_share,
        coalesce(thresholds_set.warn_above, rules.warn_above, 0) as warn_above,
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

select * from with_outcome
