with edges as (select * from {{ ref('shopapp_ecommerce', 'edge_cases') }})

select * from {{ ecommerce_closure('edges', 'node', 'parent') }} as closure
