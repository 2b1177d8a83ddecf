"""The cost of a query, and the bucket of points that pays for it.

An object or a list of objects costs 1 point, a connection 2 points plus its content times
`first`, nodes by id their content times the number of ids, and a mutation 10 points. Money and
edges are free. Shopify publishes only the first of these rules and charges less for long
connections, so a client that stays within this cost stays within Shopify's.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphql import DocumentNode, GraphQLNamedType, GraphQLOutputType, GraphQLSchema
    from graphql.language import SelectionNode, SelectionSetNode, ValueNode

LIMIT = 1000
_MUTATION = 10
_CONNECTION = 2
_FREE = frozenset(("MoneyBag", "MoneyV2", "PageInfo"))


def own_cost(kind: GraphQLOutputType) -> int:
    """Return the cost of a field without its content."""
    named = get_named_type(kind)
    if is_leaf_type(named) or named.name in _FREE or named.name.endswith("Edge"):
        return 0
    return _CONNECTION if named.name.endswith("Connection") else 1


def requested_cost(
    schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]
) -> int:
    """Return the maximum cost of a document with one operation."""
    fragments = {
        each.name.value: each
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    [operation] = (
        each for each in document.definitions if isinstance(each, OperationDefinitionNode)
    )
    estimate = _Estimate(schema, fragments, variables)
    root = schema.get_root_type(operation.operation)
    assert root is not None
    own = _MUTATION if operation.operation is OperationType.MUTATION else 0
    return own + estimate.of_selections(operation.selection_set, root)


@dataclass(frozen=True)
class _Estimate:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]

    def of_selections(
        self, selections: SelectionSetNode | None, parent: GraphQLNamedType
    ) -> int:
        selection = selections.selections if selections else ()
        fields = [
            self._of_field(each, parent) for each in selection if isinstance(each, FieldNode)
        ]
        spread = [self._of_fragment(each, parent) for each in selection]
        # An object of several possible types costs as much as the most expensive one.
        return sum(fields) + (max if is_abstract_type(parent) and spread else sum)(spread)

    def _of_fragment(self, selection: SelectionNode, parent: GraphQLNamedType) -> int:
        if isinstance(selection, FragmentSpreadNode):
            fragment = self.fragments[selection.name.value]
            on = fragment.type_condition
            return self.of_selections(fragment.selection_set, self._type(on.name.value))
        if isinstance(selection, InlineFragmentNode):
            condition = selection.type_condition
            kind = self._type(condition.name.value) if condition else parent
            return self.of_selections(selection.selection_set, kind)
        return 0

    def _type(self, name: str) -> GraphQLNamedType:
        kind = self.schema.get_type(name)
        assert kind is not None
        return kind

    def _of_field(self, selection: FieldNode, parent: GraphQLNamedType) -> int:
        if selection.name.value.startswith("__"):
            return 0
        assert isinstance(parent, (GraphQLObjectType, GraphQLInterfaceType))
        kind = parent.fields[selection.name.value].type
        named = get_named_type(kind)
        content = self.of_selections(selection.selection_set, named)
        arguments = {
            each.name.value: self._value(each.value) for each in selection.arguments or ()
        }
        if named.name.endswith("Connection"):
            return _CONNECTION + content * int(
                arguments.get("first") or arguments.get("last") or 1
            )
        if "ids" in arguments:
            return len(arguments["ids"]) * (1 + content)
        return own_cost(kind) + content

    def _value(self, node: ValueNode) -> Any:
        if isinstance(node, VariableNode):
            return self.variables.get(node.name.value)
        if isinstance(node, IntValueNode):
            return int(node.value)
        return node.values if isinstance(node, ListValueNode) else None


@dataclass
class Bucket:
    """Points that pay for queries and are restored over time.

    Attributes:
        size: Maximum number of points.
        restored: Points restored per second.
        now: Returns the seconds since an arbitrary moment.
    """

    size: float = 2000.0
    restored: float = 100.0
    now: Callable[[], float] = field(default=time.monotonic, repr=False)

    def __post_init__(self) -> None:
        self._left = self.size
        self._since: float | None = None

    @property
    def left(self) -> float:
        """The points that are available."""
        now = self.now()
        passed = now - (now if self._since is None else self._since)
        self._left = min(self.size, self._left + passed * self.restored)
        self._since = now
        return self._left

    def take(self, points: float) -> None:
        """Take the cost of a query."""
        self._left = self.left - points

    def status(self) -> dict[str, float]:
        """Return the throttle status for an answer."""
        return {
            "maximumAvailable": self.size,
            "currentlyAvailable": float(int(self.left)),
            "restoreRate": self.restored,
        }
