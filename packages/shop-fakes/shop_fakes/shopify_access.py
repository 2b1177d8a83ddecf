"""Permissions of an app; the package of the schemas lists the scopes of each type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, get_named_type

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from graphql import GraphQLResolveInfo

PERSONAL = frozenset(
    (
        "Customer.firstName",
        "Customer.lastName",
        "Customer.defaultEmailAddress",
        "Customer.defaultPhoneNumber",
        "Order.email",
        "Order.shippingAddress",
    )
)
"""What Shopify only gives to apps that it approved for protected customer data."""


@dataclass(frozen=True)
class Access:
    """Permissions of an app.

    Attributes:
        needed: Scopes by type; the app needs one of them.
        granted: Scopes of the app.
        kept: Fields that the app cannot read despite its scopes.
    """

    needed: Mapping[str, frozenset[str]]
    granted: Collection[str]
    kept: Collection[str]

    def check_field(self, info: GraphQLResolveInfo[Any]) -> None:
        """Refuse a field of a type that the app cannot read.

        Raises:
            GraphQLError: If the app lacks the permission.
        """
        named = get_named_type(info.return_type).name
        self._check(named.removesuffix("Connection"), info.field_name)
        if f"{info.parent_type.name}.{info.field_name}" in self.kept:
            message = f"This app is not approved to use the {info.field_name} field."
            raise GraphQLError(message, extensions={"code": "ACCESS_DENIED"})

    def check_node(self, value: object, info: GraphQLResolveInfo[Any]) -> None:
        """Refuse an object that was found by its id, if the app cannot read it.

        Raises:
            GraphQLError: If the app lacks the permission.
        """
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and "__typename" in each:
                self._check(each["__typename"], info.field_name)

    def _check(self, kind: str, field_name: str) -> None:
        # A write scope includes the read scope.
        may = {scope.replace("write_", "read_", 1) for scope in self.granted} | {*self.granted}
        needed = self.needed.get(kind)
        if needed and not needed & may:
            required = " or ".join(f"`{scope}`" for scope in sorted(needed))
            raise GraphQLError(
                f"Access denied for {field_name} field. Required access: {required}.",
                extensions={"code": "ACCESS_DENIED", "requiredAccess": required},
            )
