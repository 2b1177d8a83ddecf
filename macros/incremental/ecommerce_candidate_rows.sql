{#-
  Subquery with the rows of one of the package's views for the orders of this run. These are the
  candidates, or all orders if the current target has no candidates or columns of the model's
  table differ.
-#}
{% macro ecommerce_candidate_rows(view_name) %}
    {%- set view = ref('shopapp_ecommerce', view_name).render() -%}
    {%- set candidates = ecommerce_table('int_ecommerce__transaction_candidates') -%}
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
