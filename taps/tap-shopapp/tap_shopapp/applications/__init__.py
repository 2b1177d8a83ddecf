"""All applications, by the value of the setting `application`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_shopapp.applications.adobe_commerce.client import AdobeCommerce
from tap_shopapp.applications.files.client import Files
from tap_shopapp.applications.prestashop.client import PrestaShop
from tap_shopapp.applications.shopapp.client import ShopApp
from tap_shopapp.applications.shopify.client import Shopify
from tap_shopapp.applications.vendure.client import Vendure
from tap_shopapp.applications.woocommerce.client import WooCommerce

if TYPE_CHECKING:
    from tap_shopapp.applications.base import Application

APPLICATIONS: dict[str, type[Application]] = {
    application.name: application
    for application in (
        AdobeCommerce,
        ShopApp,
        Shopify,
        Vendure,
        WooCommerce,
        PrestaShop,
        Files,
    )
}
