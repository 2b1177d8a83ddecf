{#-
  Key of a campaign: its batch, or, without a batch, channel, source and name. Campaigns of
  interactions have no source.
-#}
{% macro ecommerce_campaign_key(id_batch, channel, source, name) -%}
    case
        when {{ id_batch }} is not null then 'batch|' || cast({{ id_batch }} as {{ dbt.type_string() }})
        else 'name|' || coalesce({{ channel }}, '') || '|' || coalesce({{ source }}, '')
            || '|' || coalesce({{ ecommerce_campaign_name_key(name) }}, '')
    end
{%- endmacro %}
