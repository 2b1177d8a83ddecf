{#- Relation without rows, for the cases of unit tests. `columns`: names of ecommerce_type. -#}
{% macro cases(columns) %}
    select
    {%- for name, type in columns.items() %}
        cast(null as {{ ecommerce_type(type) }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
    where 1 = 0
{% endmacro %}

{#- Decimal with as many digits as possible, so that comparisons with expected values are exact.
    dbt casts an expected value to the type of the column. -#}
{% macro exact(expression) %}
    cast({{ expression }} as {{ ecommerce_type('quantity_sum') }})
{%- endmacro %}
