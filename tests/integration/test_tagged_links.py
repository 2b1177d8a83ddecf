"""A tagged link in a message reaches the order's row, if the application knows visits."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from ecommerce_ext.tag_links import read_rules, tag_html, tag_text
from shop_fakes.logical_shop import make_shop
from shop_fakes.registry import FAKES
from shop_fakes.shopify_fetch import is_fetched
from shop_fakes.shopify_schema import require_schemas

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

LETTER = '<p>Tea &amp; more: <a href="https://shop.example/tea?size=2&amp;b#top">here</a></p>'
CAMPAIGN = "Thé & café: +50 %"


def _landed(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the campaign fields of orders whose buyers followed a link."""
    path = folder / "tag-links.yml"
    path.write_text("domains: [shop.example]")
    ids = {"idSendLog": "9223372036854775807", "idBatch": "4711"}
    rules = read_rules(path, {"utm_campaign": CAMPAIGN, **ids})
    in_html = unescape(tag_html(LETTER, rules).split('"')[1])
    sms = {"utm_source": "sms-house", "utm_medium": "sms", "utm_campaign": "summer"}
    sms_rules = read_rules(path, {**sms, "idSendLog": "12", "idBatch": "8"})
    in_text = tag_text("Tea! https://shop.example/tea.", sms_rules).split()[1].rstrip(".")
    assert in_html.startswith("https://shop.example/tea?size=2&b&utm_source=")
    return {
        "101": {"landing_url": in_html},
        # Parameters that a mail program or an advertiser adds.
        "102": {"landing_url": f"{in_text}&gclid=x&utm_campaign=later"},
        "103": {"landing_url": in_html, "attributes": {"idSendLog": "77", "idBatch": "9"}},
        "104": {"landing_url": "https://shop.example/tea?size=2"},
        "105": {"landing_url": "https://shop.example/", "attributes": {"idBatch": "9"}},
        # The link of the message led to another site.
        "106": {"landing_url": "https://shop.example/", "referrer_url": in_html},
    }


EXPECTED = {
    "101": ("dialoginsight", "email", CAMPAIGN, 9223372036854775807, 4711, "explicit"),
    "102": ("sms-house", "sms", "summer", 12, 8, "explicit"),
    "103": ("dialoginsight", "email", CAMPAIGN, 77, 9, "explicit"),
    "104": (None, None, None, None, None, "unattributed"),
    "105": (None, None, None, None, 9, "explicit"),
    "106": ("dialoginsight", "email", CAMPAIGN, 9223372036854775807, 4711, "explicit"),
}
# The core of PrestaShop does not know how a visit began.
KNOWING_VISITS = sorted(FAKES.keys() - {"prestashop"})


@pytest.fixture(scope="module")
def built(pipeline: Pipeline) -> Pipeline:
    """A warehouse with one shop of each application."""
    pipeline.settings["ECOMMERCE_ID_FORMAT"] = "qualified"
    landed = _landed(pipeline.folder)
    for application in KNOWING_VISITS:
        if application == "shopify" and not is_fetched():
            continue
        shop = make_shop()
        for order_id, fields in landed.items():
            shop.put("transactions", shop.transactions[order_id] | fields)
        with FAKES[application](shop) as fake:
            config = {"shop_id": application, "application": application, **fake.settings}
            pipeline.extract_and_load("tap-shopapp", config)
    pipeline.dbt("seed")
    pipeline.dbt("run", "--select", "+int_ecommerce__transactions_attributed")
    return pipeline


@pytest.mark.parametrize("application", KNOWING_VISITS)
def test_order_gets_the_message_of_its_tagged_link(built: Pipeline, application: str) -> None:
    if application == "shopify":
        require_schemas()
    rows = built.rows(
        f"""
        select
            split_part("idTransaction", ':', 2), "utmSource", "utmMedium", "utmCampaign",
            "idSendLog", "idBatch", attribution_method
        from ecommerce."ECommerce_Transaction"
        inner join ecommerce_staging.int_ecommerce__transactions_attributed
            on "idTransaction" = id_transaction
        where "idShop" = '{application}'
            and split_part("idTransaction", ':', 2) between '101' and '106'
        """
    )

    assert {order: values for order, *values in rows} == {
        order: list(values) for order, values in EXPECTED.items()
    }
