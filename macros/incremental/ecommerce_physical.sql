{#-
  What Postgres needs to be fast, and other engines do not.

  ecommerce_indexes: value of the configuration `indexes`, from lists of columns. The columns of the
  argument `unique` get a unique index.
  ecommerce_disable_jit: hook before the build of a model. JIT compilation of the package's long
  statements takes longer than their execution.
  ecommerce_analyze: hook after the build of a table that the next models read.
-#}
{% macro ecommerce_indexes() %}
    {{- ecommerce_check_engine() -}}
    {%- set indexes = [] -%}
    {%- if target.type == 'postgres' -%}
        {%- for columns in varargs -%}
            {%- do indexes.append({'columns': _ecommerce_quoted(columns)}) -%}
        {%- endfor -%}
        {%- if kwargs.unique -%}
            {%- do indexes.append({'columns': _ecommerce_quoted(kwargs.unique), 'unique': true}) -%}
        {%- endif -%}
    {%- endif -%}
    {{- return(indexes) -}}
{% endmacro %}

{% macro _ecommerce_quoted(columns) %}
    {%- set quoted = [] -%}
    {%- for column in columns -%}
        {%- do quoted.append(ecommerce_quote(column)) -%}
    {%- endfor -%}
    {{- return(quoted) -}}
{% endmacro %}

{% macro ecommerce_disable_jit() %}
    {{- 'set local jit = off' if target.type == 'postgres' -}}
{% endmacro %}

{% macro ecommerce_analyze() %}
    {{- 'analyze ' ~ this if target.type == 'postgres' -}}
{% endmacro %}
