"""The import layers of the package, read from its source."""

from __future__ import annotations

import ast
from functools import cache
from graphlib import TopologicalSorter
from importlib.util import find_spec
from pathlib import Path

PACKAGE = "ecommerce_ext"
MOST_LAYERS = 8


@cache
def imports() -> dict[str, set[str]]:
    """Return the modules of the package that each module imports, also for type checking."""
    spec = find_spec(PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    root = Path(spec.origin).parent
    files = {
        ".".join([PACKAGE, *path.relative_to(root).with_suffix("").parts]): path
        for path in root.rglob("*.py")
    }
    files = {name.removesuffix(".__init__"): path for name, path in files.items()}
    found: dict[str, set[str]] = {}
    for name, path in files.items():
        named = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                # `from package import module` imports both the package and the module.
                named |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
        found[name] = named & set(files) - {name}
    return found


def test_package_imports_have_no_cycle() -> None:
    modules = list(TopologicalSorter(imports()).static_order())  # raises CycleError

    assert f"{PACKAGE}.main" in modules


def test_package_imports_have_at_most_eight_layers() -> None:
    layers: dict[str, int] = {}
    for module in TopologicalSorter(imports()).static_order():
        layers[module] = 1 + max((layers[name] for name in imports()[module]), default=0)

    assert layers[f"{PACKAGE}.errors"] == 1
    assert layers[f"{PACKAGE}.__main__"] == max(layers.values())
    assert max(layers.values()) <= MOST_LAYERS, layers
