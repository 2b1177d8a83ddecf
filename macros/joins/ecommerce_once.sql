{#-
  Columns that later steps name several times. Postgres would compute such an expression each time,
  because it merges the steps.

  Returns {columns, join}: the columns for the select list, and a join for the end of the from
  clause.

  alias: alias of the join. expressions: the columns, {name: expression}.
-#}
{% macro ecommerce_once(alias, expressions) %}
    {{- return(adapter.dispatch('ecommerce_once', 'shopapp_ecommerce')(alias, expressions)) -}}
{% endmacro %}

{% macro default__ecommerce_once(alias, expressions) %}
    {{- return({'columns': _ecommerce_named(expressions), 'join': ''}) -}}
{% endmacro %}

{#- Postgres does not merge a subquery with `limit`. -#}
{% macro postgres__ecommerce_once(alias, expressions) %}
    {%- set columns = [] -%}
    {%- for name in expressions -%}{%- do columns.append(alias ~ '.' ~ name) -%}{%- endfor -%}
    {%- set join = 'cross join lateral (select ' ~ _ecommerce_named(expressions) ~ ' limit 1) as '
        ~ alias -%}
    {{- return({'columns': columns | join(', '), 'join': join}) -}}
{% endmacro %}

{% macro _ecommerce_named(expressions) %}
    {%- set columns = [] -%}
    {%- for name, expression in expressions.items() -%}
        {%- do columns.append(expression ~ ' as ' ~ name) -%}
    {%- endfor -%}
    {{- return(columns | join(', ')) -}}
{% endmacro %}
