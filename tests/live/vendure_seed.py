"""The shop of the live tests: two channels, four currencies, every kind of order.

The default channel sells in US and Canadian dollars and yen, at prices without tax. The other
channel sells in euros, at prices with tax.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendure_copies import copy_orders
from vendure_shop import FAILURE, VendureShop

if TYPE_CHECKING:
    from vendure_server import Vendure

EURO = "euro-token"
READ = ("ReadOrder", "ReadCatalog", "ReadCustomer")
# In US cents, chosen so that tax needs rounding at the used quantities and tax rates.
PRODUCTS = {
    "Lamp": {"LAMP-S": 1299, "LAMP-L": 2549},
    "Desk": {"DESK": 18995},
    "Chair": {"CHAIR-R": 7333, "CHAIR-B": 7335},
    "Rug": {"RUG": 4901},
    "Vase": {"VASE": 777},
    "Clock": {"CLOCK": 3111},
}
# By name: parent category, and products.
CATEGORIES: dict[str, tuple[str, list[str]]] = {
    "Furniture": ("", ["Desk", "Chair"]),
    "Seats": ("Furniture", ["Chair"]),
    "Light": ("", ["Lamp"]),
    "Things": ("", ["Vase", "Clock", "Lamp"]),
}
# Value of a US cent in hundredths of other currencies; Vendure stores yen in hundredths too.
FACTORS = {"USD": 1.0, "CAD": 1.37, "JPY": 150.23, "EUR": 0.93}


def seed(vendure: Vendure) -> VendureShop:
    """Create the shop with its orders."""
    shop = VendureShop(vendure)
    tax, channels = _markets(shop)
    _terms(shop, channels)
    _catalogue(shop, tax, channels[EURO])
    for token, channel in channels.items():
        shop.keys[token] = make_reader(shop, channel, token)
    _orders(shop)
    _changed_orders(shop)
    vendure.wait_for_jobs()
    copy_orders(vendure.database)
    return shop


def _english(**texts: str) -> list[dict[str, str]]:
    return [{"languageCode": "en", **texts}]


def _operation(code: str, **arguments: str) -> dict[str, Any]:
    listed = [{"name": name, "value": value} for name, value in arguments.items()]
    return {"code": code, "arguments": listed}


def _markets(shop: VendureShop) -> tuple[str, dict[str, str]]:
    """Create countries with taxes and a channel each; return the tax and the channels."""
    tax = shop.make("createTaxCategory", name="Standard")
    zones = {}
    for code, rate in (("US", 13), ("DE", 19)):
        country = shop.make(
            "createCountry", code=code, enabled=True, translations=_english(name=code)
        )
        zones[code] = shop.make("createZone", name=code, memberIds=[country])
        named = {"name": f"{code} {rate} %", "value": rate, "enabled": True}
        shop.make("createTaxRate", **named, categoryId=tax, zoneId=zones[code])
    default = str(shop.vendure.admin("{ activeChannel { id } }")["activeChannel"]["id"])
    shop.vendure.admin(
        "mutation ($input: UpdateChannelInput!) { updateChannel(input: $input)"
        " { ...failure } } " + FAILURE,
        input={
            "id": default,
            "defaultTaxZoneId": zones["US"],
            "defaultShippingZoneId": zones["US"],
            "defaultCurrencyCode": "USD",
            "availableCurrencyCodes": ["USD", "CAD", "JPY"],
        },
    )
    euro = shop.make(
        "createChannel",
        code="europe",
        token=EURO,
        defaultLanguageCode="en",
        pricesIncludeTax=True,
        defaultCurrencyCode="EUR",
        availableCurrencyCodes=["EUR"],
        defaultTaxZoneId=zones["DE"],
        defaultShippingZoneId=zones["DE"],
    )
    return tax, {"": default, EURO: euro}


def _terms(shop: VendureShop, channels: dict[str, str]) -> None:
    """Create shipping methods, payment methods and discounts in every channel."""
    shop.shipping = shop.make(
        "createShippingMethod",
        code="post",
        fulfillmentHandler="manual-fulfillment",
        checker=_operation("default-shipping-eligibility-checker", orderMinimum="0"),
        calculator=_operation(
            "default-shipping-calculator", rate="599", includesTax="auto", taxRate="20"
        ),
        translations=_english(name="Post", description=""),
    )
    methods = [
        shop.make(
            "createPaymentMethod",
            code=code,
            enabled=True,
            handler=_operation("dummy-payment-handler", automaticSettle=settles),
            translations=_english(name=code, description=""),
        )
        for code, settles in (("settled", "true"), ("authorized", "false"))
    ]
    promotions = [
        shop.make(
            "createPromotion",
            enabled=True,
            couponCode=code,
            conditions=[],
            actions=[action],
            translations=_english(name=code, description=""),
        )
        for code, action in (
            ("TENTH", _operation("order_percentage_discount", discount="10")),
            ("FREIGHT", _operation("free_shipping")),
        )
    ]
    for kind, ids in (
        ("ShippingMethods", {"shippingMethodIds": [shop.shipping]}),
        ("PaymentMethods", {"paymentMethodIds": methods}),
        ("Promotions", {"promotionIds": promotions}),
    ):
        _assign(shop, kind, channelId=channels[EURO], **ids)


def _assign(shop: VendureShop, kind: str, **value: Any) -> None:
    shop.vendure.admin(
        f"mutation ($input: Assign{kind}ToChannelInput!)"
        f" {{ assign{kind}ToChannel(input: $input) {{ id }} }}",
        input=value,
    )


def _catalogue(shop: VendureShop, tax: str, euro: str) -> None:
    """Create products, variants with prices in each currency, and a tree of categories."""
    for name, variants in PRODUCTS.items():
        product = shop.make(
            "createProduct",
            enabled=True,
            translations=_english(name=name, slug=name.lower(), description=f"<p>A {name}</p>"),
        )
        shop.products[name] = product
        _variants(shop, product, variants, tax)
    _assign(shop, "Products", channelId=euro, productIds=list(shop.products.values()))
    for variants in PRODUCTS.values():
        for sku, cents in variants.items():
            set_prices(shop, sku, {"EUR": round(cents * FACTORS["EUR"])}, channel=EURO)
    for name, (above, products) in CATEGORIES.items():
        ids = ",".join(f'"{shop.products[product]}"' for product in products)
        shop.categories[name] = shop.make(
            "createCollection",
            parentId=shop.categories.get(above),
            inheritFilters=False,
            filters=[
                _operation("product-id-filter", productIds=f"[{ids}]", combineWithAnd="false")
            ],
            translations=_english(name=name, slug=name.lower(), description=""),
        )
    _assign(shop, "Collections", channelId=euro, collectionIds=list(shop.categories.values()))


def _variants(shop: VendureShop, product: str, variants: dict[str, int], tax: str) -> None:
    """Create a product's variants; several variants need options that distinguish them."""
    options: dict[str, str] = {}
    if len(variants) > 1:
        group = shop.make(
            "createProductOptionGroup",
            code=f"kind-{product}",
            options=[{"code": sku, "translations": _english(name=sku)} for sku in variants],
            translations=_english(name="Kind"),
        )
        shop.vendure.admin(
            "mutation ($product: ID!, $group: ID!)"
            " { addOptionGroupToProduct(productId: $product, optionGroupId: $group) { id } }",
            product=product,
            group=group,
        )
        found = shop.vendure.admin(
            "query ($id: ID!) { productOptionGroup(id: $id) { options { id code } } }", id=group
        )["productOptionGroup"]["options"]
        options = {option["code"].upper(): option["id"] for option in found}
    made = shop.vendure.admin(
        "mutation ($input: [CreateProductVariantInput!]!)"
        " { createProductVariants(input: $input) { id sku } }",
        input=[
            {
                "productId": product,
                "sku": sku,
                "optionIds": [options[sku]] if options else [],
                "price": cents,
                "trackInventory": "FALSE",
                "taxCategoryId": tax,
                "translations": _english(name=sku.title()),
            }
            for sku, cents in variants.items()
        ],
    )["createProductVariants"]
    shop.variants |= {variant["sku"]: variant["id"] for variant in made}
    for sku, cents in variants.items():
        prices = {code: round(cents * FACTORS[code]) for code in ("USD", "CAD", "JPY")}
        set_prices(shop, sku, prices)


def set_prices(
    shop: VendureShop, sku: str, prices: dict[str, int], *, channel: str = ""
) -> None:
    """Change a variant's prices in a channel, by currency."""
    listed = [{"currencyCode": code, "price": price} for code, price in prices.items()]
    shop.vendure.admin(
        "mutation ($input: UpdateProductVariantInput!)"
        " { updateProductVariant(input: $input) { id } }",
        channel=channel,
        input={"id": shop.variants[sku], "prices": listed},
    )


def make_reader(
    shop: VendureShop, channel: str, token: str, permissions: tuple[str, ...] = READ
) -> str:
    """Return an API key that may only read one channel."""
    role = shop.make(
        "createRole",
        code=f"reader-{channel}-{len(permissions)}",
        description="Reads",
        permissions=permissions,
        channelIds=[channel],
    )
    made = shop.vendure.admin(
        "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey } }",
        channel=token,  # a key is valid in the channel that created it
        input={"roleIds": [role], "translations": _english(name="Reader")},
    )
    return str(made["createApiKey"]["apiKey"])


def _orders(shop: VendureShop) -> None:
    place = shop.place
    ann = shop.customer("ann@example.com")
    bob = shop.customer("bob@example.com")
    tagged = "https://shop.example/lamp?utm_source=mail&utm_campaign=spring&idSendLog=4711"
    place(LAMP_S=3, landing_url=tagged)
    place(buyer=ann, DESK=1, VASE=7)
    place(buyer=ann, coupon="TENTH", CHAIR_R=2, RUG=1, CLOCK=3)
    place(buyer=bob, method="authorized", LAMP_L=1)
    partly = place(buyer=bob, RUG=3)
    shop.refund(partly, 1000, RUG=1)
    fewer = place(CHAIR_B=4, VASE=2)
    shop.cancel(fewer, CHAIR_B=1)
    shop.refund(fewer, 8289, CHAIR_B=1)
    shop.cancel(place(method="authorized", CLOCK=2))
    undone = place(buyer=ann, CLOCK=1, LAMP_S=1)
    total = shop.order(undone)["totalWithTax"]
    shop.cancel(undone, shipping=True)
    shop.refund(undone, total, CLOCK=1, LAMP_S=1)
    place(coupon="FREIGHT", VASE=5)
    shop.surcharge(place(DESK=1), 333)
    shop.fulfil(place(buyer=bob, RUG=1))
    shop.refund(place(VASE=3), 100, settled=False)
    for currency in ("CAD", "JPY"):
        place(currency=currency, LAMP_S=7, CHAIR_R=1)
        shop.refund(place(currency=currency, buyer=ann, coupon="TENTH", DESK=1, RUG=2), 1234)
    for number in range(1, 4):
        place(channel=EURO, LAMP_S=number, VASE=2 * number + 1, CLOCK=1)
    place(channel=EURO, coupon="TENTH", CHAIR_R=3, LAMP_L=1)
    shop.refund(place(channel=EURO, RUG=1), 500)
    shop.cancel(place(channel=EURO, method="authorized", VASE=9))
    for number in range(1, 19):
        place(LAMP_S=number, CLOCK=1)
    # Not orders: a cart, a cart of the European channel, and a draft of the administrator.
    place(method="", RUG=1)
    place(method="", channel=EURO, RUG=1)
    shop.vendure.admin("mutation { createDraftOrder { id } }")


def _changed_orders(shop: VendureShop) -> None:
    """Place orders and modify each in another way after payment."""
    place = shop.place

    def add(sku: str) -> list[dict[str, Any]]:
        return [{"productVariantId": shop.variants[sku], "quantity": 1}]

    swapped = place(LAMP_S=2, RUG=1)
    fewer = shop.lines(swapped, {"LAMP_S": 1})
    shop.modify(swapped, adjustOrderLines=fewer, addItems=add("VASE"))
    shop.surcharge(place(LAMP_S=2), -300)
    shop.modify(place(LAMP_S=2, RUG=1), couponCodes=["TENTH"])
    shop.modify(place(LAMP_S=2), couponCodes=["FREIGHT"])
    twice = place(LAMP_S=2)
    shop.modify(twice, pays=True, addItems=add("DESK"))
    shop.modify(twice, adjustOrderLines=shop.lines(twice, {"LAMP_S": 1}))
    both = place(LAMP_S=2, RUG=1)
    shop.cancel(both, RUG=1)
    shop.refund(both, 5538, RUG=1)
    shop.modify(both, couponCodes=["TENTH"])
    gone = place(coupon="TENTH", CHAIR_R=2, RUG=1)
    total = shop.order(gone)["totalWithTax"]
    shop.cancel(gone, shipping=True)
    shop.refund(gone, total, CHAIR_R=2, RUG=1)
    taxed = place(channel=EURO, LAMP_S=2, RUG=1)
    fewer = shop.lines(taxed, {"LAMP_S": 1})
    shop.modify(taxed, channel=EURO, adjustOrderLines=fewer, addItems=add("VASE"))
