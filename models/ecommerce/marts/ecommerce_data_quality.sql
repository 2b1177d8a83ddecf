{#- CTEs that have a boolean column per rule, with the relation that each CTE checks. -#}
{%- set checked_relations = {
    'checked_transactions': 'ECommerce_Transaction',
    'checked_raw_transactions': 'stg_ecommerce__transactions',
    'checked_candidates': 'int_ecommerce__transaction_candidates',
    'checked_ledger': 'ecommerce_sales_ledger',
    'checked_events': 'stg_ecommerce__sales_events',
    'checked_deletions': 'int_ecommerce__missing_records',
} -%}
{%- if ecommerce_is_on('items') -%}
    {%- do checked_relations.update({
        'checked_items': 'int_ecommerce__lines_compared',
        'checked_raw_items': 'stg_ecommerce__items',
    }) -%}
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

    select *
    from {{ ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction',
        columns=[
            'idShop', 'contactMatchStatus', 'exchangeRateStatus', 'dtTransaction',
            'dtTransactionCreatedAt', 'originalCurrency',
        ]
    ) }} as transactions

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

shops as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__shops') }}

),

statuses as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__statuses') }}

),

ledger as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_sales_ledger') }}

),

checked_transactions as (

    select
        transactions.id_shop,
        transactions.contact_match_status = 'unmatched' as contact_unmatched,
        transactions.contact_match_status = 'ambiguous' as contact_ambiguous,
        transactions.contact_match_status = 'conflict' as contact_conflict,
        transactions.exchange_rate_status = 'missing_rate' as rate_missing,
        transactions.exchange_rate_status = 'unknown_currency' as currency_unknown,
        transactions.dt_transaction is null as date_missing,
        {{ ecommerce_day('transactions.dt_transaction', 'null') }}
        > {{ ecommerce_latest_day() }} as date_in_the_future,
        currencies.retired_on
        <= {{ ecommerce_day('transactions.dt_transaction_created_at', 'null') }}
            as currency_no_longer_exists

    from transactions
    left join currencies
        on transactions.original_currency = currencies.currency

),

totals_compared as (

    select
        raw_transactions.*,
        raw_transactions.gross_amount
        - coalesce(raw_transactions.discount_amount, {{ ecommerce_zero('amount') }})
        {%- for charge in ['shipping', 'tax', 'fee', 'tip', 'duty', 'adjustment'] %}
        + coalesce(raw_transactions.{{ charge }}_amount, {{ ecommerce_zero('amount') }})
        {%- endfor %}
        - raw_transactions.total_amount as total_difference,
        {{ ecommerce_rounding('currencies.minor_unit', 'raw_transactions.item_count') }}
            as rounding,
        statuses.status_key is null
        and coalesce(raw_transactions.financial_status, 'unknown') = 'unknown' as has_unknown_status

    from raw_transactions
    left join currencies
        on raw_transactions.currency = currencies.currency
    left join shops
        on raw_transactions.shop_id = shops.shop_id
    left join statuses
        on shops.application = statuses.application
        and {{ ecommerce_status_key('raw_transactions.financial_status_raw') }}
        = statuses.status_key

),

checked_raw_transactions as (

    select
        shop_id as id_shop,
        total_difference <> 0 and abs(total_difference) > rounding as amounts_do_not_add_up,
        adjustment_amount <> 0 and abs(adjustment_amount) > rounding as adjustment_unexplained,
        has_unknown_status as status_unknown,
        trim(email) <> '' and email_normalized is null and not is_erased as email_unreadable,
        {%- for id in ['id_send_log', 'id_batch', 'id_visit'] %}
        {{ 'or ' if not loop.first }}(
            {{ id }} is not null
            and {{ ecommerce_try_cast(id, 'bigint') }} is null
        )
        {%- endfor %} as send_is_no_integer,
        has_rounded_number as number_rounded

    from totals_compared

),

ledger_compared as (

    select
        ledger.id_transaction,
        ledger.id_shop,
        sum(
            case
                when ledger.event = 'rounding' then ledger.original_amount
                else {{ ecommerce_zero('amount') }}
            end
        ) as rounding_amount,
        {{ dbt.bool_or("coalesce(ledger.refund_split = 'derived', false)") }} as has_derived_split,
        {{ ecommerce_rounding('max(currencies.minor_unit)', 'count(distinct ledger.id_item)') }}
            as tolerance

    from ledger
    left join currencies
        on ledger.original_currency = currencies.currency
    group by ledger.id_transaction, ledger.id_shop

),

checked_ledger as (

    select
        id_shop,
        abs(rounding_amount) > tolerance as unexplained_rounding,
        has_derived_split as refund_split_derived

    from ledger_compared

),

checked_events as (

    select
        shop_id as id_shop,
        kind = 'unknown' as event_kind_unknown

    from {{ ref('shopapp_ecommerce', 'stg_ecommerce__sales_events') }}

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

lines_compared as (

    select
        shop_id,
        coalesce(
            greatest(gross_difference, tax_difference), gross_difference, tax_difference
        ) as difference,
        {{ ecommerce_rounding('minor_unit', 'line_count') }} as rounding

    from {{ ref('shopapp_ecommerce', 'int_ecommerce__lines_compared') }}

),

checked_raw_items as (

    select
        shop_id as id_shop,
        has_rounded_number as item_number_rounded

    from {{ ref('shopapp_ecommerce', 'stg_ecommerce__items') }}

),

checked_items as (

    select
        shop_id as id_shop,
        difference > 0 and difference > rounding as lines_do_not_add_up

    from lines_compared

),
{%- endif %}
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
        reject_counts.reject_count + coalesce(counted_checked_transactions.checked_count, 0)

    from reject_counts
    left join counted_checked_transactions
        on reject_counts.id_shop = counted_checked_transactions.id_shop

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
