"""What the tap asks Vendure, and what it says of its settings, before a real server."""

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


def test_every_query_is_valid_for_the_server_and_the_fake_says_nothing_else(
    shop: VendureShop,
) -> None:
    real = build_client_schema(shop.vendure.admin(get_introspection_query()))
    server: dict[str, Any] = {"entityCustomFields": []}
    for name in QUERIES:
        document = read_document("vendure", name)
        if name == "orders":
            document = with_own_fields(document, server, "Order")
        assert validate(real, parse(document.text)) == [], name

    assert not_in(real, build_schema(SCHEMA.read_text())) == []


def not_in(real: GraphQLSchema, fake: GraphQLSchema) -> list[str]:
    """Return what a schema has that the real one has not, or not so."""
    lacking = []
    for name, of_fake in fake.type_map.items():
        of_real: Any = real.type_map.get(name)
        if name.startswith("__") or name == "OrderCustomFields":
            continue
        if type(of_real) is not type(of_fake):
            lacking.append(name)
        elif is_enum_type(of_fake):
            lacking += [f"{name}.{v}" for v in of_fake.values if v not in of_real.values]
        elif is_union_type(of_fake):
            members = {member.name for member in of_real.types}
            lacking += [f"{name}: {m.name}" for m in of_fake.types if m.name not in members]
        elif (
            is_object_type(of_fake)
            or is_input_object_type(of_fake)
            or is_interface_type(of_fake)
        ):
            # Vendure sorts by several keys in the order of its schema, not of the query.
            both = [name for name in of_real.fields if name in of_fake.fields]
            if name.endswith("SortParameter") and both != list(of_fake.fields):
                lacking.append(f"{name}: the order of its fields")
            for field, its in of_fake.fields.items():
                theirs = of_real.fields.get(field)
                if theirs is None or str(theirs.type) != str(its.type):
                    lacking.append(f"{name}.{field}")
    return lacking


def test_the_authorization_is_judged_in_one_sentence(shop: VendureShop, tmp_path: Path) -> None:
    shop.keys["lacking"] = make_reader(shop, "1", "", ("ReadOrder", "ReadCatalog"))
    said = {
        "right": judged(tmp_path, tap_config(shop)),
        "login": judged(
            tmp_path,
            tap_config(
                shop, access_token="", username="superadmin", password=vendure_server.PASSWORD
            ),
        ),
        "wrong": judged(tmp_path, tap_config(shop, access_token="no-key")),
        "another channel": judged(tmp_path, tap_config(shop, channel_token=EURO)),
        "lacking": judged(tmp_path, tap_config(shop, "lacking", channel_token="")),
    }

    refused = "The shop rejected the credentials (FORBIDDEN). Create an API key in the channel"
    assert said.pop("right") == ""
    assert said.pop("login") == ""
    assert said.pop("lacking").startswith("The credentials lack ReadCustomer. ")
    for name, sentence in said.items():
        assert sentence.startswith(refused), (name, sentence)


def judged(folder: Path, config: dict[str, Any]) -> str:
    """Return what the tap says of its settings, nothing if they are right."""
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
