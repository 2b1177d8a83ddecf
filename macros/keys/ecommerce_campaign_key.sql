{#-
  What a campaign is known by: its batch; without one, its channel, source and name together. One
  that the interactions tell of has no source, since they have none.
-#}
{% macro ecommerce_campaign_key(id_batch, channel, source, name) -%}
    case
        when {{ id_batch }} is not null then 'batch|' || cast({{ id_batch }} as {{ dbt.type_string() }})
        else 'name|' || coalesce({{ channel }}, '') || '|' || coalesce({{ source }}, '')
            || '|' || coalesce({{ ecommerce_campaign_name_key(name) }}, '')
    end
{%- endmacro %}
