{#-
  The value of a setting: the dbt var of that name, else the environment variable of that name
  in capitals, else the default given here. Every setting that SQL reads is in this one table.
-#}
{% macro ecommerce_setting(name) %}
    {%- set defaults = {
        'ecommerce_currency': '',
        'ecommerce_id_format': 'plain',
        'ecommerce_items': 'true',
        'ecommerce_products': 'true',
        'ecommerce_categories': 'true',
        'ecommerce_contacts_relation': '',
        'ecommerce_contacts_id_column': 'idContact',
        'ecommerce_contacts_id_type': 'bigint',
        'ecommerce_contacts_key_column': '',
        'ecommerce_contacts_key_type': 'text',
        'ecommerce_contacts_email_column': 'email',
        'ecommerce_contact_aliases_relation': '',
        'ecommerce_custom_rates_relation': '',
        'ecommerce_rate_max_age_days': '7',
        'ecommerce_rate_date': 'created',
        'ecommerce_quality_thresholds': '{}',
    } -%}
    {%- if name not in defaults -%}
        {{ exceptions.raise_compiler_error(
            "There is no setting " ~ name ~ ". Known are: " ~ defaults | sort | join(", ") ~ "."
        ) }}
    {%- endif -%}
    {{- return((var(name, env_var(name | upper, defaults[name])) | string).strip()) -}}
{% endmacro %}
