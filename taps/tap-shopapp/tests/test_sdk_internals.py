"""Names of singer-sdk below its public surface that the tap uses, derived from its source."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from importlib import import_module
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import tap_shopapp
from singer_sdk import Stream, Tap
from singer_sdk.io_base import SingerWriter

BASES = (Tap, Stream, SingerWriter)
ATTRIBUTE = "attribute"
# By class of the SDK: each name that the tap overrides, calls or reads, and its parameters.
USED: dict[type, dict[str, list[str] | str]] = {
    Tap: {
        "_config": ATTRIBUTE,
        "_handle_termination": ["signum", "frame"],
        "_validate_config": ["raise_errors"],
    },
    Stream: {
        "_finalize_state": ["state"],
        "_generate_schema_messages": [],
        "_increment_stream_state": ["latest_record", "context"],
        "_sync_records": ["context", "write_messages"],
        "_write_record_message": ["record"],
        "_write_schema_message": [],
        "_write_starting_replication_value": ["context"],
        "_write_state_message": [],
    },
    SingerWriter: {},
}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def private_names(base: type) -> set[str]:
    """Return the private names of an SDK class: of its body, and those that it assigns."""
    names: set[str] = set()
    for cls in base.__mro__:
        if not cls.__module__.startswith("singer_sdk"):
            continue
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
        names |= set(vars(cls))
        names |= {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id == "self"
        }
    return set(filter(is_private, names))


def modules() -> dict[str, ast.Module]:
    root = Path(tap_shopapp.__file__).parent
    return {
        ".".join(["tap_shopapp", *path.relative_to(root).with_suffix("").parts]): ast.parse(
            path.read_text(encoding="utf-8")
        )
        for path in root.rglob("*.py")
        if path.name not in ("__main__.py", "__init__.py")
    }


def names_used(tree: ast.AST) -> set[str]:
    """Return every name that code accesses as an attribute, or defines as a method."""
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} | {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    }


def used_names() -> dict[type, set[str]]:
    """Return the private SDK names that classes of the tap use, by class of the SDK."""
    used: dict[type, set[str]] = {base: set() for base in BASES}
    for name, tree in modules().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef):
                continue
            cls = getattr(import_module(name), node.name, None)
            for base in BASES:
                if isinstance(cls, type) and issubclass(cls, base):
                    used[base] |= names_used(node) & private_names(base)
    return used


def signature(base: type, name: str) -> list[str] | str:
    member: Any = getattr(base, name, None)
    if not callable(member):
        return ATTRIBUTE
    return list(inspect.signature(member).parameters)[1:]


def test_private_names_of_the_sdk_that_the_tap_uses_are_listed() -> None:
    assert used_names() == {base: set(names) for base, names in USED.items()}


def test_private_names_of_the_sdk_exist_with_their_parameters() -> None:
    found = {
        base: {name: signature(base, name) for name in names if name in private_names(base)}
        for base, names in USED.items()
    }

    assert found == USED


def test_only_subclasses_of_the_sdk_use_its_private_names() -> None:
    private = set().union(*map(private_names, BASES))
    foreign = {
        (name, node.attr)
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in private
        and not (isinstance(node.value, ast.Name) and node.value.id == "self")
        and not (isinstance(node.value, ast.Call) and ast.unparse(node.value) == "super()")
    }

    # A page stream writes the SCHEMA of its embedded streams, which are page streams too.
    assert foreign == {("tap_shopapp.sync.page_stream", "_write_schema_message")}


def test_singer_sdk_is_pinned_to_one_minor_version() -> None:
    pin = next(r for r in requires("tap-shopapp") or [] if r.startswith("singer-sdk"))

    assert set(re.split(r"[ ,(]|singer-sdk", pin)) - {""} == {">=0.54", "<0.55"}
