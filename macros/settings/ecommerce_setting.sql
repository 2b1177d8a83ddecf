{#-
  Value of a setting: the dbt var with its name, else the environment variable with its name in
  capitals, else the default in this macro. The macro lists every setting that SQL reads.
-#}
{% macro ecommerce_setting(name) %}
    {{- ecommerce_check_engine(builds_models=false) -}}
    {%- set defaults = {
        'ecommerce_reader_role': '',
        'ecommerce_currency': '',
        'ecommerce_id_format': 'plain',
        'ecommerce_contacts_relation': '',
        'ecommerce_contacts_id_column': 'idContact',
        'ecommerce_contacts_id_type': 'bigint',
        'ecommerce_contacts_key_column': '',
        'ecommerce_contacts_key_type': 'text',
        'ecommerce_contacts_email_column': 'email',
        'ecommerce_contact_aliases_relation': '',
        'ecommerce_interactions_relation': '',
        'ecommerce_interactions_contact_column': 'idContact',
        'ecommerce_interactions_type_column': 'type',
        'ecommerce_interactions_channel_column': 'channel',
        'ecommerce_interactions_time_column': 'time',
        'ecommerce_interactions_send_column': 'idSendLog',
        'ecommerce_interactions_batch_column': 'idBatch',
        'ecommerce_interactions_campaign_column': 'campaign',
        'ecommerce_interactions_updated_at_column': '',
        'ecommerce_attribution_windows': '{"email": 120, "sms": 24}',
        'ecommerce_attribution_opens': 'false',
        'ecommerce_custom_rates_relation': '',
        'ecommerce_rate_max_age_days': '7',
        'ecommerce_rate_date': 'ordered',
        'ecommerce_statuses_relation': '',
        'ecommerce_report_rules_relation': '',
        'ecommerce_returns_on': 'event',
        'ecommerce_quality_thresholds': '{}',
        'ecommerce_items': 'true',
        'ecommerce_products': 'true',
        'ecommerce_categories': 'true',
    } -%}
    {%- if name not in defaults -%}
        {{ exceptions.raise_compiler_error(
            "The setting " ~ name ~ " does not exist. Use one of: "
            ~ defaults | sort | join(", ") ~ "."
        ) }}
    {%- endif -%}
    {%- set value = (var(name, env_var(name | upper, defaults[name])) | string).strip() -%}
    {%- set choices = {
        'ecommerce_rate_date': ['ordered', 'created'],
        'ecommerce_returns_on': ['event', 'order'],
    } -%}
    {%- if value not in choices.get(name, [value]) -%}
        {{ exceptions.raise_compiler_error(
            name ~ " is '" ~ value ~ "'. Set it to " ~ choices[name] | join(" or ") ~ "."
        ) }}
    {%- endif -%}
    {{- return(value) -}}
{% endmacro %}
