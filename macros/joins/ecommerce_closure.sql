{#-
  Subquery of all pairs (start_id, reached_id) of a graph: every `from_column` with itself and with
  every id that its edges lead to, in any number of steps. Circles end. Each pair is returned once.

  edges: a relation or CTE with one row per edge. from_column, to_column: its columns; rows with a
  null in `to_column` have no edge.
-#}
{% macro ecommerce_closure(edges, from_column, to_column) %}
    {{- adapter.dispatch('ecommerce_closure', 'shopapp_ecommerce')(
        edges, from_column, to_column
    ) -}}
{% endmacro %}

{% macro postgres__ecommerce_closure(edges, from_column, to_column) %}
    {{- _ecommerce_recursive_closure(edges, from_column, to_column) -}}
{% endmacro %}

{% macro duckdb__ecommerce_closure(edges, from_column, to_column) %}
    {{- _ecommerce_recursive_closure(edges, from_column, to_column) -}}
{% endmacro %}

{#- `union` without `all` keeps each pair once, so circles end. -#}
{% macro _ecommerce_recursive_closure(edges, from_column, to_column) %}
    (
        with recursive walk as (

            select
                {{ from_column }} as start_id,
                {{ from_column }} as reached_id

            from {{ edges }}
            union
            select
                walk.start_id,
                edges.{{ to_column }}

            from walk
            inner join {{ edges }} as edges
                on walk.reached_id = edges.{{ from_column }}
            where edges.{{ to_column }} is not null

        )

        select * from walk
    )
{%- endmacro %}

{#- Spark repeats `union all` only, so the path of a walk ends the walk at circles. -#}
{% macro spark__ecommerce_closure(edges, from_column, to_column) %}
    (
        with recursive walk as (

            select
                {{ from_column }} as start_id,
                {{ from_column }} as reached_id,
                array({{ from_column }}) as path

            from {{ edges }}
            union all
            select
                walk.start_id,
                edges.{{ to_column }},
                array_append(walk.path, edges.{{ to_column }})

            from walk
            inner join {{ edges }} as edges
                on walk.reached_id = edges.{{ from_column }}
            where
                edges.{{ to_column }} is not null
                and not array_contains(walk.path, edges.{{ to_column }})

        )

        select distinct
            start_id,
            reached_id

        from walk
    )
{%- endmacro %}
