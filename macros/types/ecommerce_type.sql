{#-
  SQL type of a kind of value. The types of all engines are listed here and nowhere else. YAML
  files cannot call macros, so contracts and seeds spell the types of Postgres and DuckDB, and a
  test compares them with this list.

  amount: an amount before conversion. money: an amount of an order or a line in the reporting
  currency. sum: a sum of money. quantity_sum: a sum of quantities or of amounts. average: money
  per order or person. int: a number of 32 bits. texts: a list of texts. id: id of a contact,
  from the setting ecommerce_contacts_id_type.
-#}
{% macro ecommerce_type(name) %}
    {{- ecommerce_check_engine(builds_models=false) -}}
    {%- set types = adapter.dispatch('ecommerce_types', 'shopapp_ecommerce')() -%}
    {%- if name == 'id' -%}
        {%- set type = ecommerce_setting('ecommerce_contacts_id_type') -%}
        {{- return(types.get(type, type)) -}}
    {%- endif -%}
    {{- return(types[name]) -}}
{% endmacro %}

{% macro _ecommerce_number_types() %}
    {{- return({
        'amount': 'numeric(28, 10)', 'quantity': 'numeric(28, 10)', 'money': 'numeric(20, 4)',
        'sum': 'numeric(38, 4)', 'quantity_sum': 'numeric(38, 10)', 'rate': 'numeric(28, 12)',
        'ratio': 'numeric(28, 6)', 'average': 'numeric(28, 4)', 'int': 'integer',
        'integer': 'bigint', 'bigint': 'bigint', 'boolean': 'boolean', 'date': 'date',
    }) -}}
{% endmacro %}

{% macro postgres__ecommerce_types() %}
    {{- return(dict(
        _ecommerce_number_types(), text='text', texts='text[]', uuid='uuid', time='timestamptz',
        json='jsonb'
    )) -}}
{% endmacro %}

{% macro duckdb__ecommerce_types() %}
    {{- return(dict(
        _ecommerce_number_types(), text='text', texts='text[]', uuid='uuid', time='timestamptz',
        json='json'
    )) -}}
{% endmacro %}

{% macro spark__ecommerce_types() %}
    {{- return(dict(
        _ecommerce_number_types(), text='string', texts='array<string>', uuid='string',
        time='timestamp', json='string'
    )) -}}
{% endmacro %}
