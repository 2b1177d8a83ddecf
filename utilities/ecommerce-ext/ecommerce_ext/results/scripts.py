"""Join ES modules into one script: browsers do not load modules from ``file://``."""

from __future__ import annotations

import re
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_IMPORT = re.compile(
    r'^import \{(\s*\w+(?:,\s*\w+)*,?\s*)\} from "\./([\w-]+\.js)";$', re.MULTILINE
)
_EXPORT = re.compile(r"^export ((?:async )?function|const|class)\b( \w+)", re.MULTILINE)
_UNSUPPORTED = re.compile(r"^(?:import|export)\b.*|</script|<!--", re.MULTILINE | re.IGNORECASE)


def join_modules(entry: str, read: Callable[[str], str]) -> str:
    """Return a script that runs a module and all modules that it imports.

    Each module becomes a function that returns the module's exports, so equal names in
    different modules do not collide. Supported are `import { names } from "./file.js";` and
    `export` before a function, constant or class.

    Args:
        entry: The file name of the module to run.
        read: Returns the source of a module by its file name.

    Raises:
        ValueError: If a module uses other imports or exports, contains text that would end
            the script element, or imports itself through other modules.
    """
    sources: dict[str, str] = {}
    imports: dict[str, list[str]] = {}
    pending = [entry]
    while pending:
        name = pending.pop()
        if name not in sources:
            sources[name] = read(name)
            imports[name] = [imported for _, imported in _IMPORT.findall(sources[name])]
            pending += imports[name]
    order = TopologicalSorter(imports).static_order()
    return "\n".join(_as_function(name, sources[name]) for name in order)


def _as_function(name: str, source: str) -> str:
    exports = ", ".join(exported.strip() for _, exported in _EXPORT.findall(source))
    body = _IMPORT.sub(lambda found: f"const {{{found[1]}}} = {_variable(found[2])};", source)
    body = _EXPORT.sub(r"\1\2", body)
    if found := _UNSUPPORTED.search(body):
        raise ValueError(f"The module {name} cannot be joined with others: {found[0]}")
    return f"const {_variable(name)} = (() => {{\n{body}return {{ {exports} }};\n}})();"


def _variable(name: str) -> str:
    return "module_" + name.removesuffix(".js").replace("-", "_")
