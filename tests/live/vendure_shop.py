"""Events of a shop in Vendure, made by Vendure's APIs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vendure_server import Vendure

FAILURE = "fragment failure on ErrorResult { errorCode message }"


@dataclass
class VendureShop:
    """A shop, and the ids of its records by name.

    Attributes:
        vendure: Server of the shop.
        keys: The API key of a reader of each channel, by its token; the default one has "".
        orders: The orders in the sequence in which they were placed.
    """

    vendure: Vendure
    keys: dict[str, str] = field(default_factory=dict)
    variants: dict[str, str] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    orders: list[str] = field(default_factory=list)
    shipping: str = ""

    def make(self, mutation: str, **value: Any) -> str:
        """Create a record by the Admin API and return its id."""
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        made = self.vendure.admin(
            f"mutation ($input: {kind}!)"
            f" {{ {mutation}(input: $input) {{ ... on Node {{ id }} }} }}",
            input=value,
        )
        return str(made[mutation]["id"])

    def place(  # noqa: PLR0913 - all by name
        self,
        *,
        currency: str = "",
        channel: str = "",
        method: str = "settled",
        buyer: str = "",
        coupon: str = "",
        landing_url: str = "",
        **lines: int,
    ) -> str:
        """Place an order by the Shop API, and return its id.

        Args:
            currency: Currency of the order; by default the channel's.
            channel: Token of the order's channel.
            method: Code of the payment method; without one, the order stays a cart.
            buyer: Session token of a customer; by default the buyer is a guest.
            coupon: Coupon code.
            landing_url: First URL of the visit.
            lines: Quantities by SKU, with _ for -.
        """
        where = {"channel": channel, "currency": currency}
        cart, session = self.vendure.shop(
            "mutation ($inputs: [AddItemInput!]!) { addItemsToOrder(inputs: $inputs)"
            " { order { id } errorResults { __typename } } }",
            buyer=buyer,
            inputs=[
                {"productVariantId": self.variants[sku.replace("_", "-")], "quantity": quantity}
                for sku, quantity in lines.items()
            ],
            **where,
        )
        assert not cart["addItemsToOrder"]["errorResults"], cart
        order_id = str(cart["addItemsToOrder"]["order"]["id"])
        steps: list[tuple[str, str, Any]] = [
            (
                "setOrderShippingAddress(input: $value)",
                "CreateAddressInput!",
                {"streetLine1": "1 Street", "countryCode": "DE" if channel else "US"},
            ),
            ("setOrderShippingMethod(shippingMethodId: $value)", "[ID!]!", [self.shipping]),
        ]
        if not buyer:
            guest = {
                "emailAddress": f"guest{order_id}@example.com",
                "firstName": "Guest",
                "lastName": order_id,
            }
            steps.append(("setCustomerForOrder(input: $value)", "CreateCustomerInput!", guest))
        if coupon:
            steps.append(("applyCouponCode(couponCode: $value)", "String!", coupon))
        if landing_url:
            custom = {"customFields": {"landingUrl": landing_url}}
            steps.append(("setOrderCustomFields(input: $value)", "UpdateOrderInput!", custom))
        if method:
            steps += [
                ("transitionOrderToState(state: $value)", "String!", "ArrangingPayment"),
                (
                    "addPaymentToOrder(input: $value)",
                    "PaymentInput!",
                    {"method": method, "metadata": {}},
                ),
            ]
            self.orders.append(order_id)
        declared = " ".join(f"$v{n}: {kind}" for n, (_, kind, _) in enumerate(steps))
        called = " ".join(
            f"s{n}: {call.replace('$value', f'$v{n}')} {{ ...failure }}"
            for n, (call, _, _) in enumerate(steps)
        )
        self.vendure.shop(
            f"mutation ({declared}) {{ {called} }} {FAILURE}",
            buyer=session,
            **where,
            **{f"v{n}": value for n, (_, _, value) in enumerate(steps)},
        )
        return order_id

    def order(self, order_id: str) -> dict[str, Any]:
        """Return the fields of an order that changes to it need."""
        found: dict[str, Any] = self.vendure.admin(
            "query ($id: ID!) { order(id: $id) { totalWithTax"
            " lines { id quantity productVariant { sku } }"
            " payments { id refunds { id state } } } }",
            id=order_id,
        )["order"]
        return found

    def lines(self, order_id: str, quantities: dict[str, int]) -> list[dict[str, Any]]:
        """Return lines of an order by SKU, as input of mutations."""
        found = {
            line["productVariant"]["sku"]: line["id"] for line in self.order(order_id)["lines"]
        }
        return [
            {"orderLineId": found[sku.replace("_", "-")], "quantity": quantity}
            for sku, quantity in quantities.items()
        ]

    def settle(self, order_id: str) -> None:
        """Settle an order's payment."""
        for payment in self.order(order_id)["payments"]:
            self.vendure.admin(
                "mutation ($id: ID!) { settlePayment(id: $id) { ...failure } } " + FAILURE,
                id=payment["id"],
            )

    def modify(
        self, order_id: str, *, channel: str = "", pays: bool = False, **changes: Any
    ) -> None:
        """Modify a paid order.

        Args:
            order_id: The order.
            channel: Token of the channel whose prices apply.
            pays: Whether the buyer pays the difference manually; otherwise the shop refunds
                the difference from the first payment.
            changes: Fields of `ModifyOrderInput`.
        """
        payment = self.order(order_id)["payments"][0]["id"]
        refund = {} if pays else {"refund": {"paymentId": payment, "reason": "Modified"}}
        after = "ArrangingAdditionalPayment" if pays else "PaymentSettled"
        self.vendure.admin(
            """
            mutation ($id: ID!, $input: ModifyOrderInput!, $after: String!) {
              a: transitionOrderToState(id: $id, state: "Modifying") { ...failure }
              modifyOrder(input: $input) { ...failure }
              b: transitionOrderToState(id: $id, state: $after) { ...failure }
            }
            """
            + FAILURE,
            channel=channel,
            id=order_id,
            after=after,
            input={"dryRun": False, "orderId": order_id, **refund, **changes},
        )
        if pays:
            self.vendure.admin(
                """
                mutation ($id: ID!, $payment: ManualPaymentInput!) {
                  addManualPaymentToOrder(input: $payment) { ...failure }
                  transitionOrderToState(id: $id, state: "PaymentSettled") { ...failure }
                }
                """
                + FAILURE,
                id=order_id,
                payment={"orderId": order_id, "method": "cash", "metadata": {}},
            )
        self.settle_refunds(order_id)

    def refund(self, order_id: str, amount: int, *, settled: bool = True, **lines: int) -> None:
        """Refund a part of an order's first payment, for quantities by SKU."""
        order = self.order(order_id)
        [refund] = self.vendure.admin(
            "mutation ($input: RefundOrderInput!) { refundOrder(input: $input)"
            " { ... on Refund { id } ...failure } } " + FAILURE,
            input={
                "paymentId": order["payments"][0]["id"],
                "amount": amount,
                "reason": "Worn",
                "lines": self.lines(order_id, lines),
                # Deprecated, but not nullable in the table.
                "shipping": 0,
                "adjustment": 0,
            },
        ).values()
        if settled:
            self._settle_refund(refund["id"])

    def settle_refunds(self, order_id: str) -> None:
        """Settle the refunds of an order."""
        for payment in self.order(order_id)["payments"]:
            for refund in payment["refunds"]:
                if refund["state"] == "Pending":
                    self._settle_refund(refund["id"])

    def _settle_refund(self, refund_id: str) -> None:
        self.vendure.admin(
            "mutation ($input: SettleRefundInput!) { settleRefund(input: $input)"
            " { ...failure } } " + FAILURE,
            input={"id": refund_id, "transactionId": f"r-{refund_id}"},
        )

    def cancel(self, order_id: str, *, shipping: bool = False, **lines: int) -> None:
        """Cancel an order, or quantities by SKU."""
        only = {"lines": self.lines(order_id, lines)} if lines else {}
        self.vendure.admin(
            "mutation ($input: CancelOrderInput!) { cancelOrder(input: $input)"
            " { ...failure } } " + FAILURE,
            input={
                "orderId": order_id,
                "reason": "Changed my mind",
                "cancelShipping": shipping,
                **only,
            },
        )

    def fulfil(self, order_id: str) -> None:
        """Ship all lines of an order."""
        lines = [
            {"orderLineId": line["id"], "quantity": line["quantity"]}
            for line in self.order(order_id)["lines"]
        ]
        handler = {
            "code": "manual-fulfillment",
            "arguments": [
                {"name": "method", "value": "Post"},
                {"name": "trackingCode", "value": "T1"},
            ],
        }
        [made] = self.vendure.admin(
            "mutation ($input: FulfillOrderInput!) { addFulfillmentToOrder(input: $input)"
            " { ... on Fulfillment { id } ...failure } } " + FAILURE,
            input={"lines": lines, "handler": handler},
        ).values()
        self.vendure.admin(
            'mutation ($id: ID!) { transitionFulfillmentToState(id: $id, state: "Shipped")'
            " { ...failure } } " + FAILURE,
            id=made["id"],
        )

    def surcharge(self, order_id: str, price: int) -> None:
        """Modify a paid order by a surcharge or discount, before 20 % tax."""
        surcharge = {
            "description": "Gift wrap",
            "price": price,
            "priceIncludesTax": False,
            "taxRate": 20,
            "taxDescription": "VAT",
        }
        self.modify(order_id, pays=price > 0, surcharges=[surcharge])

    def customer(self, email: str) -> str:
        """Register a customer with an account, and return the token of its session."""
        self.vendure.shop(
            "mutation ($input: RegisterCustomerInput!) { registerCustomerAccount(input: $input)"
            " { ...failure } } " + FAILURE,
            input={
                "emailAddress": email,
                "firstName": "Ann",
                "lastName": "Doe",
                "password": "secret-of-ann",
            },
        )
        _, session = self.vendure.shop(
            "mutation ($email: String!) { login(username: $email, password:"
            ' "secret-of-ann") { ...failure } } ' + FAILURE,
            email=email,
        )
        return session

    def delete_product(self, name: str) -> None:
        """Delete a product."""
        self.vendure.admin(
            "mutation ($id: ID!) { deleteProduct(id: $id) { result } }", id=self.products[name]
        )

    def move(self, category: str, *, below: str) -> None:
        """Move a category below another one."""
        self.vendure.admin(
            "mutation ($input: MoveCollectionInput!) { moveCollection(input: $input) { id } }",
            input={
                "collectionId": self.categories[category],
                "parentId": self.categories[below],
                "index": 0,
            },
        )


def tap_config(shop: VendureShop, channel: str = "", **settings: Any) -> dict[str, Any]:
    """Return the tap's settings for a channel."""
    config = {
        "application": "vendure",
        "shop_id": "vendure",
        "api_url": shop.vendure.url,
        "access_token": shop.keys.get(channel, ""),
        "channel_token": channel,
        "time_zone": "Asia/Tokyo",
        **settings,
    }
    return {name: value for name, value in config.items() if value != ""}
