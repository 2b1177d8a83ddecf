{#-
  Subquery with the rows of one of the package's views for the orders of this run. These are the
  candidates, or all orders if the current target has no candidates or columns of the model's
  table differ. candidates: a relation or subquery with other orders.

  ecommerce_orders_to_reject: subquery with the orders of this run, or all orders without a scope, that
  are not in ECommerce_Transaction, or not loaded. None of the others has a reject.

  ecommerce_order_is_incomplete: whether an order is loaded, but not all of its rows.
-#}
{% macro ecommerce_candidate_rows(view_name, candidates=none) %}
    {%- set view = ref('shopapp_ecommerce', view_name).render() -%}
    {%- set candidates = candidates or ecommerce_table('int_ecommerce__transaction_candidates') -%}
    {%- if candidates and not ecommerce_columns_differ(model.name) -%}
        {{- adapter.dispatch('ecommerce_candidate_rows', 'shopapp_ecommerce')(
            view, candidates
        ) -}}
    {%- else -%}
        (select * from {{ view }})
    {%- endif -%}
{% endmacro %}

{% macro default__ecommerce_candidate_rows(view, candidates) %}
    (
        select candidate_rows.*
        from {{ view }} as candidate_rows
        inner join {{ candidates }} as candidates
            on candidate_rows.shop_id = candidates.shop_id
            and candidate_rows.transaction_id = candidates.transaction_id
    )
{%- endmacro %}

{#- Computes the view separately for each order. The view has more joins than Postgres reorders
    (join_collapse_limit), so a join would compute all orders and keep a few. `offset 0` prevents
    that Postgres rewrites the subquery as a join. -#}
{% macro postgres__ecommerce_candidate_rows(view, candidates) %}
    (
        select candidate_rows.*
        from {{ candidates }} as candidates
        cross join lateral (
            select *
            from {{ view }} as view_rows
            where
                view_rows.shop_id = candidates.shop_id
                and view_rows.transaction_id = candidates.transaction_id
            offset 0
        ) as candidate_rows
    )
{%- endmacro %}

{% macro ecommerce_orders_to_reject() %}
    {%- set id_transaction = ecommerce_quote('idTransaction') -%}
    {%- set accepted = ecommerce_table('ECommerce_Transaction') -%}
    {%- if accepted %}
    (
        select orders.*
        from {% if ecommerce_scope() %}{{ ecommerce_table('int_ecommerce__transaction_candidates') }}{% else -%}
        (
            {%- for stream in ['transactions', 'items'] %}
            select
                shop_id,
                transaction_id,
                {{ ecommerce_key('shop_id', 'transaction_id') }} as id_transaction
            from ({{ ecommerce_raw(stream) | indent(12) }}) as raw_rows
            {{ 'union' if not loop.last }}
            {%- endfor %}
        )
        {%- endif %} as orders
        left join {{ accepted }} as accepted
            on orders.id_transaction = accepted.{{ id_transaction }}
        left join ({{ ecommerce_raw('transactions') | indent(8) }}) as loaded
            on orders.shop_id = loaded.shop_id
            and orders.transaction_id = loaded.transaction_id
        where
            accepted.{{ id_transaction }} is null
            or loaded.transaction_id is null
    )
    {%- endif -%}
{% endmacro %}

{#- Without ref, because the materialization calls it. A count, because Postgres would join `exists`
    with all orders. -#}
{% macro ecommerce_order_is_incomplete(orders) %}
    {%- set complete = ecommerce_relation('int_ecommerce__transactions_complete') -%}
    {%- if not complete -%}
    false
    {%- else -%}
    exists (
        select 1
        from ({{ ecommerce_raw('transactions') }}) as loaded_orders
        where
            loaded_orders.shop_id = {{ orders }}.shop_id
            and loaded_orders.transaction_id = {{ orders }}.transaction_id
            and (
                select count(*)
                from {{ complete }} as complete
                where
                    complete.shop_id = loaded_orders.shop_id
                    and complete.transaction_id = loaded_orders.transaction_id
            ) = 0
    )
    {%- endif -%}
{%- endmacro %}
