"""Queries of the tap and its check of settings, on a real Vendure server."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import vendure_server
from graphql import (
    GraphQLSchema,
    build_client_schema,
    build_schema,
    get_introspection_query,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_object_type,
    is_union_type,
    parse,
    validate,
)
from pipelines import BIN, ROOT
from shop_fakes.vendure import SCHEMA
from tap_shopapp.api.graphql import read_document
from tap_shopapp.applications.vendure.own_fields import with_own_fields
from vendure_seed import EURO, make_reader
from vendure_shop import tap_config

if TYPE_CHECKING:
    from pathlib import Path

    from vendure_shop import VendureShop

pytest_plugins = ["vendure_warehouse"]
QUERIES = ("login", "shop", "orders", "products", "collections", "customers")


def test_queries_are_valid_and_the_fake_schema_matches_the_server(shop: VendureShop) -> None:
    real = build_client_schema(shop.vendure.admin(get_introspection_query()))
    server: dict[str, Any] = {"entityCustomFields": []}
    for name in QUERIES:
        document = read_document("vendure", name)
        if name == "orders":
            document = with_own_fields(document, server, "Order")
        assert validate(real, parse(document.text)) == [], name

    assert not_in(real, build_schema(SCHEMA.read_text())) == []


def test_api_lists_no_payments_or_refunds_outside_their_order(shop: VendureShop) -> None:
    """If a release of Vendure lists them, the tap can read them without its long lookback."""
    real = build_client_schema(shop.vendure.admin(get_introspection_query()))
    lists: Any = real.query_type
    filters: Any = real.type_map["OrderFilterParameter"]

    assert "orders" in lists.fields
    for word in ("payment", "refund"):
        named = [field for field in lists.fields if word in field.lower()]
        assert all("method" in field.lower() or "handler" in field.lower() for field in named)
        assert not [field for field in filters.fields if word in field.lower()]


def not_in(real: GraphQLSchema, fake: GraphQLSchema) -> list[str]:
    """Return the parts of the fake schema that the real schema lacks or defines differently."""
    missing = []
    for name, of_fake in fake.type_map.items():
        of_real: Any = real.type_map.get(name)
        if name.startswith("__") or name == "OrderCustomFields":
            continue
        if type(of_real) is not type(of_fake):
            missing.append(name)
        elif is_enum_type(of_fake):
            missing += [f"{name}.{v}" for v in of_fake.values if v not in of_real.values]
        elif is_union_type(of_fake):
            members = {member.name for member in of_real.types}
            missing += [f"{name}: {m.name}" for m in of_fake.types if m.name not in members]
        elif (
            is_object_type(of_fake)
            or is_input_object_type(of_fake)
            or is_interface_type(of_fake)
        ):
            # Vendure sorts by several keys in the order of its schema, not of the query.
            both = [name for name in of_real.fields if name in of_fake.fields]
            if name.endswith("SortParameter") and both != list(of_fake.fields):
                missing.append(f"{name}: the order of its fields")
            for field, fake_field in of_fake.fields.items():
                real_field = of_real.fields.get(field)
                if real_field is None or str(real_field.type) != str(fake_field.type):
                    missing.append(f"{name}.{field}")
    return missing


def test_credentials_check_prints_one_sentence(shop: VendureShop, tmp_path: Path) -> None:
    shop.keys["missing"] = make_reader(shop, "1", "", ("ReadOrder", "ReadCatalog"))
    messages = {
        "right": check_message(tmp_path, tap_config(shop)),
        "login": check_message(
            tmp_path,
            tap_config(
                shop, access_token="", username="superadmin", password=vendure_server.PASSWORD
            ),
        ),
        "wrong": check_message(tmp_path, tap_config(shop, access_token="no-key")),
        "another channel": check_message(tmp_path, tap_config(shop, channel_token=EURO)),
        "missing": check_message(tmp_path, tap_config(shop, "missing", channel_token="")),
    }

    refused = "The shop rejected the credentials (FORBIDDEN). Create an API key in the channel"
    assert messages.pop("right") == ""
    assert messages.pop("login") == ""
    assert messages.pop("missing").startswith("The credentials lack ReadCustomer. ")
    for name, sentence in messages.items():
        assert sentence.startswith(refused), (name, sentence)


def check_message(folder: Path, config: dict[str, Any]) -> str:
    """Return the sentence that the tap prints about its settings, empty if they are valid."""
    file = folder / "config.json"
    file.write_text(json.dumps(config))
    done = subprocess.run(
        [BIN / "tap-shopapp", "--config", file, "--test"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert (done.returncode == 0) == ("The " not in done.stderr), done.stderr
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""
