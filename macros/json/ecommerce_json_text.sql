{#- A text as a JSON string, with quotes; null for null. -#}
{% macro ecommerce_json_text(text) %}
    {{- adapter.dispatch('ecommerce_json_text', 'shopapp_ecommerce')(text) -}}
{% endmacro %}

{% macro postgres__ecommerce_json_text(text) %}
    cast(to_json({{ text }}) as text)
{%- endmacro %}

{#- `to_json` of DuckDB writes control characters with capital letters: `\u001F`. -#}
{% macro duckdb__ecommerce_json_text(text) %}
    case
        when regexp_matches({{ text }}, '[\x01-\x1f]')
            then '"' || array_to_string(list_transform(string_split({{ text }}, ''), lambda letter:
                case when letter < ' ' then lower(to_json(letter)[2:-2]) else to_json(letter)[2:-2] end
            ), '') || '"'
        else cast(to_json({{ text }}) as text)
    end
{%- endmacro %}

{#- `to_json` of Spark takes no text, and writes control characters with capital letters. -#}
{% macro spark__ecommerce_json_text(text) %}
    concat('"', array_join(transform(split({{ text }}, ''), letter -> case
        when letter in ('"', '\\') then concat('\\', letter)
        when letter = '\b' then '\\b'
        when letter = '\u000c' then '\\f'
        when letter = '\n' then '\\n'
        when letter = '\r' then '\\r'
        when letter = '\t' then '\\t'
        when letter between '\u0001' and '\u001f'
            then concat('\\u', lpad(lower(hex(ascii(letter))), 4, '0'))
        else letter
    end), ''), '"')
{%- endmacro %}
