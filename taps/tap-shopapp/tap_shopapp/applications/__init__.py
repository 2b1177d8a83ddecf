"""The applications that the tap speaks to, by the value of the setting `application`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_shopapp.applications.shopapp import ShopApp
from tap_shopapp.applications.woocommerce import WooCommerce

if TYPE_CHECKING:
    from tap_shopapp.applications.base import Application

APPLICATIONS: dict[str, type[Application]] = {
    ShopApp.name: ShopApp,
    WooCommerce.name: WooCommerce,
}
