"""The module in projects that are not ours, by docs/add-to-your-project.md word by word."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from conftest import BIN, ROOT, TOKEN, Pipeline
from shopapp_demo.generate import generate_shop
from shopapp_demo.server import serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = (ROOT / "docs" / "add-to-your-project.md").read_text(encoding="utf-8")
CHAPTERS = {
    chapter.partition("\n")[0]: chapter for chapter in re.split(r"^## ", PAGE, flags=re.MULTILINE)
}
# As a company names its schemas: none of ours, and no default.
SCHEMA_NAMES = """
{% macro generate_schema_name(custom_schema_name, node) %}
    {{- 'acme_' ~ (custom_schema_name or 'models') -}}
{% endmacro %}
"""
PROFILE = """
transform:
  target: live
  outputs:
    live:
      type: postgres
      host: "{{ env_var('ACME_HOST') }}"
      port: "{{ env_var('ACME_PORT') | as_number }}"
      user: "{{ env_var('ACME_USER') }}"
      password: "{{ env_var('ACME_PASSWORD') }}"
      dbname: "{{ env_var('ACME_DATABASE') }}"
      schema: acme
      threads: 4
"""
REVENUE = """
select sum("Revenue") as revenue
from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}
"""


def commands(chapter: str) -> list[str]:
    """Return what a chapter of the page tells to type."""
    blocks = re.findall(r"```console\n(.+?)```", CHAPTERS[chapter], re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines()]


def blocks(chapter: str, kind: str) -> list[str]:
    """Return what a chapter of the page tells to write into files of a kind."""
    return re.findall(rf"```{kind}\n(.+?)```", CHAPTERS[chapter], re.DOTALL)


@dataclass
class Host:
    """A Meltano project of someone else, with a dbt project in it."""

    folder: Path
    environment: dict[str, str]

    @property
    def dbt_project(self) -> Path:
        return self.folder / "transform"

    def type(self, *lines: str) -> str:
        """Type commands, each of which has to succeed; return what the last one printed."""
        printed = ""
        for line in lines:
            done = subprocess.run(
                ["bash", "-c", line],
                cwd=self.folder,
                env=self.environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{line}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
            printed = done.stdout
        return printed

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(path.read_text() + text if path.exists() else text)

    def changes(self) -> str:
        """Return what git sees as different from what was committed."""
        return self.type("git add --intent-to-add . && git diff")


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of this repository, with all that git would commit."""
    folder = tmp_path_factory.mktemp("clone") / "ecommerce-module"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    commit(folder)
    subprocess.run(["git", "tag", "v0.1.0"], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def host(pipeline: Pipeline, module: Path, tmp_path_factory: pytest.TempPathFactory) -> Host:
    """Projects as `meltano init` and `dbt init` make them, with models and schemas of their own."""
    folder = tmp_path_factory.mktemp("acme") / "acme"
    server = pipeline.postgres
    host = Host(
        folder,
        {
            **{name: value for name, value in os.environ.items() if "ECOMMERCE_" not in name},
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "ECOMMERCE_HOME": str(module),
            "ACME_HOST": server.host,
            "ACME_PORT": str(server.port),
            "ACME_USER": server.user,
            "ACME_PASSWORD": server.password,
            "ACME_DATABASE": server.database,
            "NO_COLOR": "1",
        },
    )
    init = ["meltano", "init", "acme", "--no-usage-stats"]
    subprocess.run([BIN / init[0], *init[1:]], cwd=folder.parent, check=True, capture_output=True)
    shutil.rmtree(host.dbt_project)
    host.type("dbt init transform --skip-profile-setup && rm -rf logs")
    host.write("transform/profiles.yml", PROFILE)
    host.write("transform/macros/generate_schema_name.sql", SCHEMA_NAMES)
    commit(folder)
    return host


@pytest.fixture(scope="module")
def demo_shop(pipeline: Pipeline) -> Iterator[str]:
    """The shop that the demo sells from, and the contacts that it has."""
    shop = generate_shop()
    with psycopg.connect(pipeline.postgres.url, autocommit=True) as connection:
        connection.execute("create schema crm; create role acme_analyst")
        connection.execute(
            'create table crm.people ("idContact" bigint, customer_number text, email text)'
        )
    try:
        with serve(shop, token=TOKEN) as running:
            yield running.url
    finally:
        with psycopg.connect(pipeline.postgres.url, autocommit=True) as connection:
            connection.execute("drop owned by acme_analyst; drop role acme_analyst")


@pytest.fixture(scope="module")
def expected(
    pipeline: Pipeline, demo_shop: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Any]]:
    """The cells that this repository's own project makes of the same shop, elsewhere."""
    assert demo_shop
    raise NotImplementedError


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def commit(folder: Path) -> None:
    who = ["-c", "user.name=acme", "-c", "user.email=acme@example.com"]
    for command in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "as it is"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
