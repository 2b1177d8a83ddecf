"""Random streams leave the same rows as a model, and as another loader."""

from __future__ import annotations

import os
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from other_loader import load_with_other
from stream_model import KINDS, ORDER, VALUES, Model
from target_runs import Warehouse, record, schema, state

EXAMPLES = int(os.environ.get("TARGET_EXAMPLES", "15"))
STREAMS = ["orders", "lines"]


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, str, Any]]:
    """Return steps: what, the stream, and kinds, values or a number."""
    steps: list[tuple[str, str, Any]] = []
    kinds: dict[str, dict[str, str]] = {}
    for number in range(draw(st.integers(1, 40))):
        stream = draw(st.sampled_from(STREAMS))
        what = draw(st.integers(0, 19))
        if stream not in kinds or what == 0:
            columns = draw(st.sets(st.sampled_from(["a", "b", "C", "d e"])))
            kinds[stream] = {
                name: draw(st.sampled_from(sorted(KINDS))) for name in sorted(columns)
            }
            steps.append(("schema", stream, dict(kinds[stream])))
        elif what == 1:
            steps.append(("state", "", number))
        else:
            values = {
                name: draw(st.none() | VALUES[kind])
                for name, kind in kinds[stream].items()
                if draw(st.integers(0, 5))
            }
            values["id"] = draw(st.sampled_from("xyz"))
            values[ORDER] = draw(st.none() | VALUES["time"])
            steps.append(("record", stream, values))
    return steps


def messages_and_model(history: list[tuple[str, str, Any]], model: Model) -> list[Any]:
    messages: list[Any] = []
    for what, stream, content in history:
        # One stream has an order of versions, and the other one the order of arrival.
        is_ordered = stream == STREAMS[0]
        if what == "schema":
            kinds = {"id": "text", **content, ORDER: "time"}
            model.schema(stream, kinds, ordered=is_ordered)
            types = {name: KINDS[kind] for name, kind in kinds.items()}
            messages.append(schema(stream, types, bookmark=ORDER if is_ordered else None))
        elif what == "state":
            messages.append(state({"n": content}))
        else:
            model.record(stream, content)
            messages.append(record(stream, content))
    return messages


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    history=histories(),
    buffer=st.sampled_from([1, 2, 7, 1000]),
    commit=st.sampled_from([1, 5, 99]),
)
def test_random_streams_leave_the_rows_of_the_model(
    warehouse: Warehouse, history: list[tuple[str, str, Any]], buffer: int, commit: int
) -> None:
    fresh(warehouse)
    model = Model()
    messages = messages_and_model(history, model)

    warehouse.load(messages, batch_size_rows=buffer, checkpoint_rows=commit)

    for stream in model.kinds:
        assert found(warehouse, stream, model.kinds[stream]) == model.table(stream)
        sent = sum(1 for what, name, _ in history if what == "record" and name == stream)
        assert (warehouse.log(stream).get("received", 0) if sent else 0) == sent


def fresh(warehouse: Warehouse) -> None:
    warehouse.query(f"drop schema if exists {warehouse.namespace} cascade")


def found(warehouse: Warehouse, stream: str, kinds: dict[str, str]) -> list[dict[str, Any]]:
    rows = warehouse.rows(stream, "id")
    for row in rows:
        for name, kind in kinds.items():
            if kind in ("number", "decimal") and row[name] is not None:
                row[name] = Decimal(row[name])
    return rows


@pytest.mark.parametrize("seed", range(3))
def test_random_streams_leave_the_rows_of_another_loader(
    postgres: Warehouse, seed: int
) -> None:
    """The other loader inserts, has no order of versions, and cannot change types."""
    chance = random.Random(seed)  # noqa: S311 - test data
    kinds = {"a": "integer", "b": "number", "c": "text", "d": "boolean", "e": "time"}
    messages: list[Any] = []
    for number in range(120):
        if number % 40 == 0:
            columns = {f"{name}{number // 40}": kind for name, kind in kinds.items()}
            types = {name: KINDS[kind] for name, kind in columns.items()}
            messages.append(schema("s", {"id": "string", "j": "object", **types}))
        values = {
            name: None if chance.random() < 0.2 else sample(chance, kind)
            for name, kind in columns.items()
        }
        values["j"] = {"n": [chance.randint(0, 9), 'ä\\"\n']}
        messages.append(record("s", id=str(chance.randint(0, 30)), **values))
    messages.append(state({"n": 1}))

    postgres.load(messages, batch_size_rows=chance.choice([1, 10, 1000]))
    ours = postgres.rows("s", "id")
    others = Warehouse({**postgres.config, "default_target_schema": f"{postgres.namespace}_b"})
    load_with_other(others, messages)

    theirs = others.rows("s", "id")
    assert ours == [{name: row[name] for name in ours[0]} for row in theirs]


def sample(chance: random.Random, kind: str) -> Any:
    return {
        "integer": chance.randint(-(2**63), 2**63 - 1),
        "number": Decimal(f"{chance.randint(-(10**15), 10**15)}.{chance.randint(0, 9999):04}1"),
        "text": "".join(chance.choices("aé😀\\\t\n\r\"'", k=4)),
        "boolean": chance.random() < 0.5,
        "time": f"2026-01-{chance.randint(1, 28):02}T10:00:00.{chance.randint(0, 999999):06}Z",
    }[kind]
