{#-
  Join with aggregates of the rows of a relation that have the same key. Without such rows, the
  aggregates are null, or 0 for counts on some engines, so a query coalesces counts.

  relation: a relation, or a CTE that only this join reads, so that its index can be used. alias: alias of the joined row.
  keys: columns of the relation and the expressions that they equal, {column: expression}.
  columns: aggregates by name, over the columns of the relation. condition: a condition on the
  columns of the relation.
-#}
{% macro ecommerce_lookup(relation, alias, keys, columns, condition='true') %}
    {{- adapter.dispatch('ecommerce_lookup', 'shopapp_ecommerce')(
        relation, alias, keys, columns, condition
    ) -}}
{% endmacro %}

{#- Reads the relation once. The keys have other names, because an aggregate can have the name of a
    key. -#}
{% macro default__ecommerce_lookup(relation, alias, keys, columns, condition) %}
    left join (
        select
            {%- for column in keys %}
            looked_up.{{ column }} as lookup_{{ column }},
            {%- endfor %}
            {%- for name, aggregate in columns.items() %}
            {{ aggregate }} as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}

        from {{ relation }} as looked_up
        where {{ condition }}
        group by
            {%- for column in keys %}
            looked_up.{{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
    ) as {{ alias }}
        on {% for column, expression in keys.items() -%}
            {{ expression }} = {{ alias }}.lookup_{{ column }}{{ ' and ' if not loop.last }}
        {%- endfor %}
{%- endmacro %}

{#- Reads the rows of each key by an index, so that a few orders cost little. -#}
{% macro postgres__ecommerce_lookup(relation, alias, keys, columns, condition) %}
    cross join lateral (
        select
            {%- for name, aggregate in columns.items() %}
            {{ aggregate }} as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}

        from {{ relation }} as looked_up
        where
            {%- for column, expression in keys.items() %}
            looked_up.{{ column }} = {{ expression }} and
            {%- endfor %}
            {{ condition }}
    ) as {{ alias }}
{%- endmacro %}
