{#-
  Lets the role of the setting reader_role read the table that was just built. Other roles keep
  what they were granted, as they would not with dbt's own `grants`.
-#}
{% macro ecommerce_grant_reader() %}
    {%- set role = ecommerce_setting('ecommerce_reader_role') -%}
    {%- if role -%}
        grant select on {{ this }} to {{ adapter.quote(role) }}
    {%- endif -%}
{% endmacro %}
