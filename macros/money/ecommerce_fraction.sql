{#-
  Exact quotients `a × b / divisor`. Engines divide decimals differently: Postgres and Spark round
  the quotient after some digits, and DuckDB divides as floating-point numbers. So a quotient is an
  exact fraction, which these macros round, or split into a whole number and a remainder.

  ecommerce_fraction returns the SQL expressions {numerator, divisor} of the quotient in units of
  10^-decimals. The operands are pairs (SQL expression, its number of decimals). The numerator is
  null if an operand is null, or if the fraction is out of range: its absolute value is
  9,999,999,999,999,999 or more, or `a × b` with all decimals of its types has more than 38 digits.

  ecommerce_fraction_rounded, ecommerce_fraction_floor, ecommerce_fraction_remainder: the fraction
  as a whole number, rounded half away from zero or rounded down, and the absolute remainder of
  the latter. Rows with the same divisor can be compared by their remainders.

  ecommerce_from_units: a whole number of units of 10^-decimals as an amount.
  ecommerce_to_units: an amount with at most `decimals` decimals as a whole number of units.
-#}
{% macro ecommerce_fraction(a, b, divisor, decimals) %}
    {{- return(
        adapter.dispatch('ecommerce_fraction', 'shopapp_ecommerce')(a, b, divisor, decimals)
    ) -}}
{% endmacro %}

{% macro ecommerce_fraction_rounded(numerator, divisor) %}
    {{- adapter.dispatch('ecommerce_fraction_rounded', 'shopapp_ecommerce')(
        numerator, divisor
    ) -}}
{% endmacro %}

{% macro ecommerce_fraction_floor(numerator, divisor) %}
    {{- adapter.dispatch('ecommerce_fraction_floor', 'shopapp_ecommerce')(numerator, divisor) -}}
{% endmacro %}

{% macro ecommerce_fraction_remainder(numerator, divisor) %}
    {{- adapter.dispatch('ecommerce_fraction_remainder', 'shopapp_ecommerce')(
        numerator, divisor
    ) -}}
{% endmacro %}

{% macro ecommerce_from_units(units, decimals) %}
    {{- adapter.dispatch('ecommerce_from_units', 'shopapp_ecommerce')(units, decimals) -}}
{% endmacro %}

{% macro ecommerce_to_units(amount, decimals) %}
    {{- adapter.dispatch('ecommerce_to_units', 'shopapp_ecommerce')(amount, decimals) -}}
{% endmacro %}

{#- 10^exponent as a literal. -#}
{% macro ecommerce_power_of_ten(exponent) %}
    {{- return(
        '1' ~ '0' * exponent if exponent >= 0 else '0.' ~ '0' * (-exponent - 1) ~ '1'
    ) -}}
{% endmacro %}

{#- `numeric` has as many digits as needed, so numerator and divisor keep their decimals. The casts
    keep operands that are counts from overflowing. -#}
{% macro postgres__ecommerce_fraction(a, b, divisor, decimals) %}
    {%- set product = 'cast(' ~ a[0] ~ ' as numeric) * (' ~ b[0] ~ ')' -%}
    {%- set largest = 'cast(9999999999999999 as numeric) * abs(' ~ divisor[0] ~ ')' -%}
    {%- set limit = ecommerce_power_of_ten(38 - a[1] - b[1]) -%}
    {%- set numerator -%}
        case
            when abs({{ product }}) < least({{ limit }}, {{ largest }})
            {%- if divisor[1] == 10 %}
                and abs({{ divisor[0] }}) < 1000000000000000000
            {%- endif %}
                then {{ product }} * {{ ecommerce_power_of_ten(decimals) }}
        end
    {%- endset -%}
    {{- return({'numerator': numerator, 'divisor': divisor[0]}) -}}
{% endmacro %}

{#- Postgres truncates quotients after about 16 digits. Rounding a truncated quotient can give the
    wrong result near a half. 40 guard digits are enough for divisors of at most 38 digits. -#}
{% macro postgres__ecommerce_fraction_rounded(numerator, divisor) %}
    round(({{ numerator }}) * cast(1 as numeric(41, 40)) / ({{ divisor }}))
{%- endmacro %}

{% macro postgres__ecommerce_fraction_floor(numerator, divisor) %}
    div({{ numerator }}, {{ divisor }}) - case
        when ({{ numerator }} < 0) <> ({{ divisor }} < 0)
            and mod({{ numerator }}, {{ divisor }}) <> 0
            then 1
        else 0
    end
{%- endmacro %}

{% macro postgres__ecommerce_fraction_remainder(numerator, divisor) %}
    abs(mod({{ numerator }}, {{ divisor }}) + case
        when ({{ numerator }} < 0) <> ({{ divisor }} < 0)
            and mod({{ numerator }}, {{ divisor }}) <> 0
            then {{ divisor }}
        else 0
    end)
{%- endmacro %}

{% macro postgres__ecommerce_from_units(units, decimals) %}
    ({{ units }}) * {{ ecommerce_power_of_ten(-decimals) }}
{%- endmacro %}

{% macro postgres__ecommerce_to_units(amount, decimals) %}
    ({{ amount }}) * {{ ecommerce_power_of_ten(decimals) }}
{%- endmacro %}

{#- Whole numbers of 128 bits. The range is checked before the product is computed. -#}
{% macro duckdb__ecommerce_fraction(a, b, divisor, decimals) %}
    {%- set units = [] -%}
    {%- for expression, scale in [a, b, divisor] -%}
        {#- Two steps, because a product with decimals has at most 38 digits, too. -#}
        {%- set half = scale // 2 -%}
        {%- do units.append(
            'cast(cast(try_cast(' ~ expression ~ ' as decimal(28, ' ~ scale ~ ')) * '
            ~ ecommerce_power_of_ten(half) ~ ' as decimal(28, ' ~ (scale - half) ~ ')) * '
            ~ ecommerce_power_of_ten(scale - half) ~ ' as hugeint)'
        ) -%}
    {%- endfor -%}
    {%- set scale = a[1] + b[1] - divisor[1] -%}
    {#- Divisors above this one do not change the limit, which is at most 10^38. -#}
    {%- set cap = 10 ** (22 - scale) + 10 ** [0, 7 - scale] | max -%}
    {%- set numerator -%}
        case
            when {{ units[1] }} = 0 then 0 * {{ units[0] }}
            when abs({{ units[0] }}) <= (
                least(
                    {{ ecommerce_power_of_ten(38) }},
                    9999999999999999{{ '0' * scale }}
                    * least(cast({{ cap }} as hugeint), abs({{ units[2] }}))
                ) - 1
            ) // nullif(abs({{ units[1] }}), 0)
                then {{ units[0] }} * {{ units[1] }}
        end
    {%- endset -%}
    {%- set shift = ecommerce_power_of_ten(a[1] + b[1] - divisor[1] - decimals) -%}
    {{- return({
        'numerator': numerator, 'divisor': 'nullif(' ~ units[2] ~ ' * ' ~ shift ~ ', 0)',
    }) -}}
{% endmacro %}

{% macro duckdb__ecommerce_fraction_rounded(numerator, divisor) %}
    ({{ numerator }}) // {{ divisor }} + case
        when abs(({{ numerator }}) % {{ divisor }})
            >= abs({{ divisor }}) - abs(({{ numerator }}) % {{ divisor }})
            then sign({{ numerator }}) * sign({{ divisor }})
        else 0
    end
{%- endmacro %}

{% macro duckdb__ecommerce_fraction_floor(numerator, divisor) %}
    ({{ numerator }}) // {{ divisor }} - case
        when ({{ numerator }}) % {{ divisor }} * sign({{ divisor }}) < 0 then 1 else 0
    end
{%- endmacro %}

{% macro duckdb__ecommerce_fraction_remainder(numerator, divisor) %}
    abs(({{ numerator }}) % {{ divisor }} + case
        when ({{ numerator }}) % {{ divisor }} * sign({{ divisor }}) < 0 then {{ divisor }} else 0
    end)
{%- endmacro %}

{% macro duckdb__ecommerce_from_units(units, decimals) %}
    cast(
        cast({{ units }} as decimal(26, 0))
        * cast({{ ecommerce_power_of_ten(-decimals) }} as decimal(11, 10)) as decimal(28, 10)
    )
{%- endmacro %}

{% macro duckdb__ecommerce_to_units(amount, decimals) %}
    cast(({{ amount }}) * {{ ecommerce_power_of_ten(decimals) }} as hugeint)
{%- endmacro %}

{#- Whole numbers of 38 digits. Spark keeps only 6 decimals of most products and quotients, so
    products are whole numbers, and only multiples of the divisor are divided. `try_multiply`
    returns null for more than 38 digits. -#}
{% macro spark__ecommerce_fraction(a, b, divisor, decimals) %}
    {%- set units = [] -%}
    {%- for expression, scale in [a, b, divisor] -%}
        {%- do units.append(
            'cast(try_cast(' ~ expression ~ ' as decimal(28, ' ~ scale ~ ')) * '
            ~ ecommerce_power_of_ten(scale) ~ ' as decimal(38, 0))'
        ) -%}
    {%- endfor -%}
    {%- set scale = a[1] + b[1] - divisor[1] -%}
    {%- set product = 'try_multiply(' ~ units[0] ~ ', ' ~ units[1] ~ ')' -%}
    {%- set limit =
        'try_multiply(9999999999999999' ~ '0' * scale ~ ', abs(' ~ units[2] ~ '))' -%}
    {%- set numerator -%}
        case when coalesce(abs({{ product }}) < {{ limit }}, true) then {{ product }} end
    {%- endset -%}
    {{- return({
        'numerator': numerator,
        'divisor': 'nullif(' ~ units[2] ~ ' * ' ~ ecommerce_power_of_ten(scale - decimals) ~ ', 0)',
    }) -}}
{% endmacro %}

{% macro spark__ecommerce_fraction_rounded(numerator, divisor) %}
    cast(
        (({{ numerator }}) - ({{ numerator }}) % ({{ divisor }})) / ({{ divisor }})
        as decimal(38, 0)
    ) + case
        when abs(({{ numerator }}) % ({{ divisor }}))
            < abs({{ divisor }}) - abs(({{ numerator }}) % ({{ divisor }}))
            then 0
        when (({{ numerator }}) < 0) = (({{ divisor }}) < 0) then 1
        else -1
    end
{%- endmacro %}

{% macro spark__ecommerce_fraction_floor(numerator, divisor) %}
    cast(
        (({{ numerator }}) - ({{ numerator }}) % ({{ divisor }})) / ({{ divisor }})
        as decimal(38, 0)
    ) - case
        when ({{ numerator }}) % ({{ divisor }}) <> 0
            and (({{ numerator }}) < 0) <> (({{ divisor }}) < 0)
            then 1
        else 0
    end
{%- endmacro %}

{% macro spark__ecommerce_fraction_remainder(numerator, divisor) %}
    abs(({{ numerator }}) % ({{ divisor }}) + case
        when ({{ numerator }}) % ({{ divisor }}) <> 0
            and (({{ numerator }}) < 0) <> (({{ divisor }}) < 0)
            then {{ divisor }}
        else cast(0 as decimal(38, 0))
    end)
{%- endmacro %}

{% macro spark__ecommerce_from_units(units, decimals) %}
    cast(
        cast({{ units }} as decimal(26, 0))
        * cast({{ ecommerce_power_of_ten(-decimals) }} as decimal(11, 10)) as decimal(28, 10)
    )
{%- endmacro %}

{% macro spark__ecommerce_to_units(amount, decimals) %}
    cast(({{ amount }}) * {{ ecommerce_power_of_ten(decimals) }} as decimal(38, 0))
{%- endmacro %}
