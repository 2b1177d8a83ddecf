"""Which valid queries Shopify accepts for a bulk operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import DocumentNode, GraphQLNamedType, GraphQLOutputType, GraphQLSchema
    from graphql.language import SelectionSetNode

_MOST_CONNECTIONS = 5
_DEEPEST = 2


def unfit(schema: GraphQLSchema, document: DocumentNode) -> str | None:
    """Return why a valid query is rejected for a bulk operation, null if it is accepted."""
    [operation] = (
        each for each in document.definitions if isinstance(each, OperationDefinitionNode)
    )
    selection = _Selections(schema, document)
    root = schema.get_root_type(operation.operation)
    assert root is not None
    names = {name for name, _, _ in selection.fields(operation.selection_set, root)}
    found = list(selection.connections(operation.selection_set, root))
    reasons = {
        "Only queries are read in bulk.": operation.operation is not OperationType.QUERY,
        "Variables are not taken.": bool(operation.variable_definitions),
        "The fields node and nodes are not taken.": bool(names & {"node", "nodes"}),
        "At least one connection is needed.": not found,
        "There are more than 5 connections.": len(found) > _MOST_CONNECTIONS,
        "Connections are nested deeper than 2.": any(deep > _DEEPEST for deep, _ in found),
        "A connection stands within a list.": any(is_in_list for _, is_in_list in found),
    }
    return next((reason for reason, is_so in reasons.items() if is_so), None)


class _Selections:
    """Fields that a document selects, directly or in fragments."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._fragments = {
            each.name.value: each
            for each in document.definitions
            if isinstance(each, FragmentDefinitionNode)
        }

    def fields(
        self, selections: SelectionSetNode | None, parent: GraphQLNamedType
    ) -> Iterator[tuple[str, GraphQLOutputType, SelectionSetNode | None]]:
        """Yield the fields of an object: names, types and selections."""
        for selection in selections.selections if selections else ():
            if isinstance(selection, FieldNode):
                if isinstance(parent, (GraphQLObjectType, GraphQLInterfaceType)) and (
                    known := parent.fields.get(selection.name.value)
                ):
                    yield selection.name.value, known.type, selection.selection_set
                continue
            assert isinstance(selection, (FragmentSpreadNode, InlineFragmentNode))
            fragment: FragmentDefinitionNode | InlineFragmentNode = (
                self._fragments[selection.name.value]
                if isinstance(selection, FragmentSpreadNode)
                else selection
            )
            on = fragment.type_condition
            kind = self._schema.get_type(on.name.value) if on else parent
            assert kind is not None
            yield from self.fields(fragment.selection_set, kind)

    def connections(
        self,
        selections: SelectionSetNode | None,
        parent: GraphQLNamedType,
        depth: int = 1,
        *,
        is_in_list: bool = False,
    ) -> Iterator[tuple[int, bool]]:
        """Yield the depth of each connection, and whether it is inside a plain list."""
        for _, kind, inner in self.fields(selections, parent):
            named = get_named_type(kind)
            is_connection = named.name.endswith("Connection")
            if is_connection:
                yield depth, is_in_list
            is_list = is_list_type(get_nullable_type(kind))
            yield from self.connections(
                inner,
                named,
                depth + is_connection,
                is_in_list=is_in_list or (is_list and not parent.name.endswith("Connection")),
            )
