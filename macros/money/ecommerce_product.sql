{#- Product of a quantity and a price, rounded once to 10 decimals, half away from zero. Null if a
    number is null or the product is 10^18 or more. -#}
{% macro ecommerce_product(quantity, price) %}
    {{- adapter.dispatch('ecommerce_product', 'shopapp_ecommerce')(quantity, price) -}}
{% endmacro %}

{% macro postgres__ecommerce_product(quantity, price) %}
    case
        when abs({{ quantity }} * {{ price }}) < 999999999999999999
            then cast({{ quantity }} * {{ price }} as {{ ecommerce_type('amount') }})
    end
{%- endmacro %}

{#- The product has 20 decimals and at most 38 digits, so its range is checked by a quotient of
    whole numbers before it is computed. -#}
{% macro duckdb__ecommerce_product(quantity, price) %}
    {%- set units = [] -%}
    {%- for factor in [quantity, price] -%}
        {%- do units.append('cast(abs(' ~ factor ~ ') * 10000000000 as hugeint)') -%}
    {%- endfor -%}
    case
        when {{ units[1] }} = 0 then 0 * {{ quantity }}
        when {{ units[0] }} <= 99999999999999999899999999999999999999 // nullif({{ units[1] }}, 0)
            then cast({{ quantity }} * {{ price }} as {{ ecommerce_type('amount') }})
    end
{%- endmacro %}

{#- The product has 20 decimals, of which Spark would keep 6, so it is computed as a whole number.
    `try_multiply` returns null for more than 38 digits. -#}
{% macro spark__ecommerce_product(quantity, price) %}
    {%- set units = [] -%}
    {%- for factor in [quantity, price] -%}
        {%- do units.append('cast(' ~ factor ~ ' * 10000000000 as decimal(38, 0))') -%}
    {%- endfor -%}
    {%- set product = 'try_multiply(' ~ units | join(', ') ~ ')' -%}
    case
        when abs({{ product }}) < 99999999999999999900000000000000000000
            then cast(
                cast({{ ecommerce_fraction_rounded(product, '10000000000') }} as decimal(28, 0))
                / 10000000000 as {{ ecommerce_type('amount') }}
            )
    end
{%- endmacro %}
