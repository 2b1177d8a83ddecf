{#-
  Names of columns.

  ecommerce_quote: a name in quotes, as the target's engine writes them. `adapter.quote` has no
  result while dbt parses, when it reads the configuration of models.
  ecommerce_column_name: the name of a column in this package's SQL: `idTransaction` is
  `id_transaction`. Only the four tables have names with capitals.
  ecommerce_lower_names: subquery of one of the four tables, with these names. Models that have
  unit tests list the columns that they read, because dbt gives unit tests no graph.
-#}
{% macro ecommerce_quote(name) %}
    {%- set mark = '`' if target.type == 'spark' else '"' -%}
    {{- return(mark ~ name ~ mark if name != name | lower else name) -}}
{% endmacro %}

{% macro ecommerce_column_name(name) %}
    {{- return(modules.re.sub('(?<=[a-z])(?=[A-Z])', '_', name) | lower) -}}
{% endmacro %}

{% macro ecommerce_lower_names(relation, model_name, columns=none) %}
    (
        select
        {%- for name in columns or _ecommerce_columns_of(model_name) %}
            {{ ecommerce_quote(name) }} as {{ ecommerce_column_name(name) }}
            {{- ',' if not loop.last }}
        {%- else %}
            *
        {%- endfor %}

        from {{ relation }}
    )
{%- endmacro %}

{#- Names of a model's columns; empty while dbt parses. -#}
{% macro _ecommerce_columns_of(model_name) %}
    {%- set node = graph.nodes.get('model.shopapp_ecommerce.' ~ model_name) if execute -%}
    {{- return(node.columns | list if node else []) -}}
{% endmacro %}
