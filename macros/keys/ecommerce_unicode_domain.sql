{#-
  Subquery: an e-mail address with its domain in Unicode. Each label in punycode (RFC 3492), such as
  `xn--bcher-kva`, is decoded; a label that is not valid is unchanged. Null without such a label.

  address: expression of the address in lower case.
-#}
{% macro ecommerce_unicode_domain(address) %}
    {{- adapter.dispatch('ecommerce_unicode_domain', 'shopapp_ecommerce')(address) -}}
{% endmacro %}

{% macro postgres__ecommerce_unicode_domain(address) %}
    {%- set labels -%}
        select
            addresses.address,
            labels.label,
            labels.place
        from addresses
        cross join unnest(string_to_array(split_part(addresses.address, '@', 2), '.'))
            with ordinality as labels (label, place)
    {%- endset -%}
    {{- _ecommerce_decoded_domain(address, labels, divided_by='/') -}}
{% endmacro %}

{% macro duckdb__ecommerce_unicode_domain(address) %}
    {%- set labels -%}
        select
            address,
            unnest(str_split(split_part(address, '@', 2), '.')) as label,
            generate_subscripts(str_split(split_part(address, '@', 2), '.'), 1) as place
        from addresses
    {%- endset -%}
    {{- _ecommerce_decoded_domain(address, labels, divided_by='//') -}}
{% endmacro %}

{#- Spark has no recursion before 4.0, so the domain is unknown. -#}
{% macro spark__ecommerce_unicode_domain(address) %}
    cast(null as string)
{%- endmacro %}

{#- The variables have the names of RFC 3492, section 6.2; `old_i` is `i` before the current number.
    `rest` is the part of the label that is not decoded yet, and null after an invalid one. The
    loop of section 6.1 ends after at most five steps, because `i` has 31 bits. -#}
{% macro _ecommerce_decoded_domain(address, labels, divided_by) %}
    (
        with recursive addresses as (

            select given.address
            from (select {{ address }} as address) as given
            where given.address like '%@%xn--%'

        ),

        labels as (

            {{ labels | indent(12) }}

        ),

        encoded as (

            select
                place,
                substr(label, 5) as text,
                reverse(split_part(reverse(substr(label, 5)), '-', 1)) as rest
            from labels
            where label like 'xn--_%'

        ),

        decoding (place, rest, decoded, n, i, old_i, w, k, bias) as (

            select
                place,
                rest,
                left(text, greatest(length(text) - length(rest) - 1, 0)),
                cast(128 as bigint),
                cast(0 as bigint),
                cast(0 as bigint),
                cast(1 as bigint),
                cast(36 as bigint),
                cast(72 as bigint)
            from encoded
            union all
            select
                place,
                case when is_valid then substr(rest, 2) end,
                case
                    when is_valid and is_last then left(decoded, cast(next_i as integer))
                        || chr(cast(next_n as integer))
                        || substr(decoded, cast(next_i as integer) + 1)
                    else decoded
                end,
                case when is_last then next_n else n end,
                case when is_last then next_i + 1 else summed end,
                case when is_last then next_i + 1 else old_i end,
                case when is_last then 1 else w * (36 - t) end,
                case when is_last then 36 else k + 36 end,
                case
                    when not is_last then bias
                    {%- for step in range(5) %}
                    when delta {{ divided_by }} {{ 35 ** step }} <= 455
                        then {{ 36 * step }} + 36 * (delta {{ divided_by }} {{ 35 ** step }})
                            {{ divided_by }} (delta {{ divided_by }} {{ 35 ** step }} + 38)
                    {%- endfor %}
                end
            from (
                select
                    sized.*,
                    damped + damped {{ divided_by }} size as delta,
                    digit >= 0 and summed < 2147483648 and not (
                        is_last and (next_n > 1114111 or next_n between 55296 and 57343)
                    ) as is_valid
                from (
                    select
                        numbered.*,
                        n + summed {{ divided_by }} size as next_n,
                        summed - size * (summed {{ divided_by }} size) as next_i,
                        (summed - old_i) {{ divided_by }}
                            case when old_i = 0 then 700 else 2 end as damped
                    from (
                        select
                            digits.*,
                            i + digit * w as summed,
                            digit < t as is_last,
                            length(decoded) + 1 as size
                        from (
                            select
                                decoding.*,
                                least(greatest(k - bias, 1), 26) as t,
                                strpos('abcdefghijklmnopqrstuvwxyz0123456789', left(rest, 1)) - 1
                                    as digit
                            from decoding
                            where rest <> ''
                        ) as digits
                    ) as numbered
                ) as sized
            ) as next_states

        ),

        decoded as (

            select
                labels.address,
                labels.place,
                coalesce(decoding.decoded, labels.label) as label
            from labels
            left join decoding
                on labels.place = decoding.place
                and decoding.rest = ''
                and decoding.w = 1

        )

        select
            split_part(max(address), '@', 1) || '@' || string_agg(label, '.' order by place)
        from decoded
    )
{%- endmacro %}
