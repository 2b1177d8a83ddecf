"""Records of a WooCommerce site, in the form of its API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection
    from zoneinfo import ZoneInfo

    from shopapp_demo.shop import Record


class Site(Protocol):
    """Records of a site, in the form of the API."""

    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def about(self) -> Record: ...
    @property
    def orders(self) -> list[Record]: ...
    @property
    def refunds(self) -> list[Record]: ...
    @property
    def products(self) -> list[Record]: ...
    @property
    def categories(self) -> list[Record]: ...
    @property
    def customers(self) -> list[Record]: ...
    @property
    def deleted_products(self) -> Collection[int]: ...
    def variations(self, product_id: int) -> list[Record]: ...


@dataclass
class StoredSite:
    """A site with records in the form of the WooCommerce API.

    Attributes:
        zone: Time zone of the site.
        about: The site's description. Only WooCommerce answers its currency.
        variations_of: Variations by the product's id.
        deleted_products: Ids of products that were deleted for good.
    """

    zone: ZoneInfo
    about: Record
    orders: list[Record] = field(default_factory=list)
    refunds: list[Record] = field(default_factory=list)
    products: list[Record] = field(default_factory=list)
    categories: list[Record] = field(default_factory=list)
    customers: list[Record] = field(default_factory=list)
    variations_of: dict[int, list[Record]] = field(default_factory=dict)
    deleted_products: set[int] = field(default_factory=set)

    def variations(self, product_id: int) -> list[Record]:
        """Return the variations of a product."""
        return self.variations_of.get(product_id, [])
