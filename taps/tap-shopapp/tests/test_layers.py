"""The import layers of the tap, read from its source. Imports for types count too."""

from __future__ import annotations

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import tap_shopapp

PACKAGE = "tap_shopapp"
# From bottom to top: a module imports modules of the same layer and of lower layers.
LAYERS = (
    "errors",
    "stream_contract",
    "pages",
    "contract",
    "records",
    "api",
    "applications",
    "sync",
    "sales_report",
    "invalid_settings",
    "tap",
    "cli",
    "__main__",
)


@cache
def imports() -> dict[str, set[str]]:
    """Return the modules of the package that each module imports."""
    root = Path(tap_shopapp.__file__).parent
    files = {
        ".".join([PACKAGE, *path.relative_to(root).with_suffix("").parts]): path
        for path in root.rglob("*.py")
    }
    files = {name.removesuffix(".__init__"): path for name, path in files.items()}
    return {
        name: imported_names(path.read_text(encoding="utf-8")) & set(files) - {name}
        for name, path in files.items()
    }


def imported_names(source: str) -> set[str]:
    """Return every dotted name that a source imports or may import as a module."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from package import module` imports the module as well as the package.
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return names


def layer(module: str) -> int:
    """Return the place of a module's layer; the package itself is below all of them."""
    parts = module.split(".")
    return LAYERS.index(parts[1]) if len(parts) > 1 else -1


def test_imports_of_the_tap_are_acyclic() -> None:
    modules = list(TopologicalSorter(imports()).static_order())  # raises CycleError

    assert f"{PACKAGE}.tap" in modules


def test_imports_for_types_count_as_imports() -> None:
    source = "if TYPE_CHECKING:\n    from tap_shopapp.tap import TapShopApp\n"

    assert "tap_shopapp.tap" in imported_names(source)


def test_modules_of_the_tap_import_no_higher_layer() -> None:
    upward = {
        (module, imported)
        for module, names in imports().items()
        for imported in names
        if layer(imported) > layer(module)
    }

    assert not upward
    assert {LAYERS[layer(module)] for module in imports() if "." in module} == set(LAYERS)


def test_applications_import_no_other_application() -> None:
    names = ("files", "prestashop", "shopapp", "shopify", "vendure", "woocommerce")
    mixed = {
        (module, imported)
        for module, others in imports().items()
        for imported in others
        for one in names
        if module.startswith(f"{PACKAGE}.applications.{one}")
        and imported.startswith(f"{PACKAGE}.applications.")
        and imported.split(".")[2] in set(names) - {one}
    }

    assert not mixed


def test_hand_written_modules_of_the_tap_have_fewer_than_300_lines() -> None:
    root = Path(tap_shopapp.__file__).parent
    lengths = {
        str(path.relative_to(root)): len(path.read_text(encoding="utf-8").splitlines())
        for path in root.rglob("*.py")
    }

    assert {name for name, lines in lengths.items() if lines >= 300} <= {"contract.py"}
