"""Check of the bookmarks: whether each extractor that has loaded orders has bookmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from ecommerce_ext.errors import Problem
from ecommerce_ext.meltano import bookmarks, is_inside_meltano, state_ids
from ecommerce_ext.warehouse.queries import has_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from ecommerce_ext.settings import Settings


def bookmark_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    """Yield a problem for each empty state whose bookmarks are in another loader's state.

    The id of a state contains the name of the loader. If the loader is renamed, the job gets a
    new, empty state.
    """
    orders = sql.Identifier(settings.raw_schema, "transactions")
    if not is_inside_meltano() or not has_rows(connection, orders):
        return
    filled = [state_id for state_id, streams in bookmarks().items() if streams]
    for extractor in settings.extractors.split():
        for state_id in state_ids(extractor):
            # The id can end with a suffix.
            if any(f"{found}:".startswith(f"{state_id}:") for found in filled):
                continue
            former = state_id.partition("-to-")[0] + "-to-"
            for other in [found for found in filled if found.startswith(former)][:1]:
                yield Problem(
                    f"The state {state_id} is empty, but {settings.raw_schema} holds orders:"
                    " the next sync would read the whole shop again.",
                    f"Type: meltano state copy --force {other} {state_id}",
                )
