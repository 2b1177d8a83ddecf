{#-
  Lists of texts.

  ecommerce_split: list from a text without nulls, split at commas.
  ecommerce_list_of: list with one text.
  ecommerce_list_text: the elements of a list, joined with commas.
  ecommerce_list_elements: join with the elements of a list: one row per element, in the column
  `element` of `alias`.
-#}
{% macro ecommerce_split(text) %}
    {{- adapter.dispatch('ecommerce_split', 'shopapp_ecommerce')(text) -}}
{% endmacro %}

{% macro ecommerce_list_of(text) %}
    {{- adapter.dispatch('ecommerce_list_of', 'shopapp_ecommerce')(text) -}}
{% endmacro %}

{% macro ecommerce_list_text(list) %}
    {{- adapter.dispatch('ecommerce_list_text', 'shopapp_ecommerce')(list) -}}
{% endmacro %}

{% macro ecommerce_list_elements(list, alias) %}
    {{- adapter.dispatch('ecommerce_list_elements', 'shopapp_ecommerce')(list, alias) -}}
{% endmacro %}

{% macro postgres__ecommerce_split(text) %}
    string_to_array({{ text }}, ',')
{%- endmacro %}

{% macro duckdb__ecommerce_split(text) %}
    string_split({{ text }}, ',')
{%- endmacro %}

{% macro postgres__ecommerce_list_of(text) %}
    array[{{ text }}]
{%- endmacro %}

{% macro duckdb__ecommerce_list_of(text) %}
    [{{ text }}]
{%- endmacro %}

{% macro postgres__ecommerce_list_text(list) %}
    array_to_string({{ list }}, ',')
{%- endmacro %}

{% macro duckdb__ecommerce_list_text(list) %}
    array_to_string({{ list }}, ',')
{%- endmacro %}

{% macro postgres__ecommerce_list_elements(list, alias) %}
    cross join lateral unnest({{ list }}) as {{ alias }} (element)
{%- endmacro %}

{% macro duckdb__ecommerce_list_elements(list, alias) %}
    cross join lateral unnest({{ list }}) as {{ alias }} (element)
{%- endmacro %}

{% macro spark__ecommerce_split(text) %}
    split({{ text }}, ',')
{%- endmacro %}

{% macro spark__ecommerce_list_of(text) %}
    array({{ text }})
{%- endmacro %}

{% macro spark__ecommerce_list_elements(list, alias) %}
    cross join lateral (select col as element from explode({{ list }})) as {{ alias }}
{%- endmacro %}

{% macro spark__ecommerce_list_text(list) %}
    array_join({{ list }}, ',')
{%- endmacro %}
