"""What must be there before the tables can be: asked in order, one answer each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecommerce_ext.checks.contents import contents_problems, rights_problems
from ecommerce_ext.checks.settings import currency_problems, loader_problems
from ecommerce_ext.errors import EcommerceError, Problem
from ecommerce_ext.meltano import OUTSIDE, extractor_problem, is_inside_meltano
from ecommerce_ext.warehouse.connection import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from psycopg import Connection

    from ecommerce_ext.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and what was found: problems, or a word on what is good."""

    name: str
    good: str
    problems: tuple[Problem, ...] = ()


def find(name: str, good: str, ask: Callable[[], Iterable[Problem]]) -> Finding:
    """Look at one thing; what stops the looking is a problem too."""
    try:
        return Finding(name, good, tuple(ask()))
    except EcommerceError as error:
        return Finding(name, good, error.problems)


def prerequisites(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Look at each prerequisite in order; whoever asks may stop at the first that fails."""

    def ask(
        problems: Callable[[Connection, Settings], Iterable[Problem]],
    ) -> Callable[[], Iterable[Problem]]:
        def answer() -> list[Problem]:
            with connect(settings) as connection:
                return list(problems(connection, settings))

        return answer

    yield find(
        "settings",
        "complete",
        lambda: [*settings.problems(), *loader_problems(settings, environ)],
    )
    place = f"{settings.warehouse_host}:{settings.warehouse_port}"
    yield find(
        "warehouse", f"{settings.warehouse_database} at {place} answers", ask(lambda *_: ())
    )
    user = settings.warehouse_user
    yield find("rights", f'the user "{user}" may load and build', ask(rights_problems))
    yield find(
        "currency", f"amounts in {settings.currency}", lambda: currency_problems(settings)
    )
    yield find("contents", "the tables fit these settings", ask(contents_problems))
    for extractor in settings.extractors.split():
        name = f"authorization of {extractor}"
        if not is_inside_meltano():
            yield Finding(name, OUTSIDE)
            continue
        yield find(
            name,
            "the shop lets it in, to every selected stream",
            partial(_authorization_problems, extractor),
        )


def _authorization_problems(extractor: str) -> Iterator[Problem]:
    if problem := extractor_problem(extractor):
        yield problem
