{#-
  Status of an order, normalized for comparison: `Partially refunded`, `PARTIALLY_REFUNDED` and
  `partially - refunded` are the same status. A run of spaces, hyphens and underscores is one
  underscore, and none begins or ends the status. The taps compare words the same way (word_key).
-#}
{% macro ecommerce_status_key(text) %}
    {%- set hyphens = "-\u2010\u2011\u2012\u2013\u2014\u2212 " -%}
    {#- ` _` for each underscore: `_ ` is inside a run of them. -#}
    trim(both '_' from replace(
        replace(
            replace(
                translate({{ ecommerce_folded(text) }}, '{{ hyphens }}', '{{ '_' * hyphens | length }}'),
                '_', ' _'
            ),
            '_ ', ''
        ),
        ' _', '_'
    ))
{%- endmacro %}
