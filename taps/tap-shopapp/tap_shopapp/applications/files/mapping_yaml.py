"""Reads YAML with words as written: 007 and 1.0 are text, and so is Yes as a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from typing_extensions import override

from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Hashable

_KEPT = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:null", "tag:yaml.org,2002:merge")


class _Loader(yaml.SafeLoader):
    """Loads scalars as text, except truth values and null."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the form of the base class
        first: [(tag, pattern) for tag, pattern in resolvers if tag in _KEPT]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    @override
    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, Any]:
        self.flatten_mapping(node)
        found: dict[Hashable, Any] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None or name in found:
                what = "a name that is a list" if name is None else f"the name {name!r} twice"
                msg = f"The mapping file has {what} (line {key.start_mark.line + 1})."
                raise TapError(msg, "Remove one of them." if name else "Correct it.")
            found[name] = self.construct_object(value, deep=deep)
        return found


def load_texts(text: str) -> Any:  # noqa: ANN401 - any YAML value
    """Return the content of a YAML text; names are text, and names that repeat are an error.

    Raises:
        TapError: A list of names and values has the same name twice.
        yaml.YAMLError: The text is not YAML.
    """
    return yaml.load(text, _Loader)  # noqa: S506 - a safe loader
