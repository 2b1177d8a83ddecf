"""The applications that the tap speaks to, by the value of the setting `application`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_shopapp.applications.files import Files
from tap_shopapp.applications.shopapp import ShopApp
from tap_shopapp.applications.shopify import Shopify
from tap_shopapp.applications.vendure import Vendure
from tap_shopapp.applications.woocommerce import WooCommerce

if TYPE_CHECKING:
    from tap_shopapp.applications.base import Application

APPLICATIONS: dict[str, type[Application]] = {
    application.name: application
    for application in (ShopApp, Shopify, Vendure, WooCommerce, Files)
}
