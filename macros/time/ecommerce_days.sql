{#- One row per day from `first` to `last`, two dates; for a select list. -#}
{% macro ecommerce_days(first, last) %}
    {{- adapter.dispatch('ecommerce_days', 'shopapp_ecommerce')(first, last) -}}
{% endmacro %}

{#- Timestamps, because a series of dates has times with the session's zone. If a day of that zone
    began after midnight, the series would end a day early. -#}
{% macro postgres__ecommerce_days(first, last) %}
    cast(generate_series(
        cast({{ first }} as timestamp), cast({{ last }} as timestamp), interval '1 day'
    ) as date)
{%- endmacro %}

{% macro duckdb__ecommerce_days(first, last) %}
    cast(unnest(generate_series({{ first }}, {{ last }}, interval '1 day')) as date)
{%- endmacro %}

{#- `sequence` counts down to an earlier day or raises an error, so an empty range is an empty
    list. -#}
{% macro spark__ecommerce_days(first, last) %}
    explode(case
        when {{ first }} <= {{ last }} then sequence({{ first }}, {{ last }}, interval 1 day)
        else cast(array() as array<date>)
    end)
{%- endmacro %}
