{#-
  A line's share of its order's converted amount, by largest remainder: every line is cut to the
  minor unit, and the units that are missing to `total` go to the lines that lost most, so that
  the lines sum to the order exactly. Where the shop's own figures do not add up, no share could
  be fair: then every line rounds by itself.

  exact: the line's converted amount, unrounded; total: the order's, rounded to `exponent`
  decimals; partition_by: the order; order_by: what decides between equal remainders.
-#}
{% macro ecommerce_allocate(exact, total, exponent, partition_by, order_by) %}
    {%- set unit = 'power(cast(10 as numeric), -' ~ exponent ~ ')' -%}
    {%- set whole = 'floor(' ~ exact ~ ' * power(cast(10 as numeric), ' ~ exponent ~ ')) * ' ~ unit -%}
    {%- set missing_units =
        '(' ~ total ~ ' - sum(' ~ whole ~ ') over (partition by ' ~ partition_by ~ ')) / ' ~ unit -%}
    round(case
        when {{ missing_units }}
            between 0 and count({{ exact }}) over (partition by {{ partition_by }})
            then {{ whole }} + case
                when row_number() over (
                    partition by {{ partition_by }}
                    order by {{ exact }} - {{ whole }} desc nulls last, {{ order_by }}
                ) <= {{ missing_units }} then {{ unit }}
                else 0
            end
        else {{ exact }}
    end, {{ exponent }})
{%- endmacro %}
