"""A host's Meltano project, to which docs/add-to-your-project.md is applied.

The project's path has a space. It has its own `target-postgres`, which writes one schema per
extractor, contacts with uuids, and custom names of schemas.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg
import yaml
from pipelines import BIN, ROOT, TOKEN
from shopapp_demo.generate import demo_contacts, demo_custom_rates

if TYPE_CHECKING:
    from pathlib import Path

    from shopapp_demo.postgres import Postgres
    from shopapp_demo.shop import Shop

CLONE = "/home/you/ecommerce-module"
"""Where the page says that the clone is."""

PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
VERSION = re.findall(r'(?m)^version = "(.+)"$', PYPROJECT)[0]
ADDRESS = re.findall(r'(?m)^Repository = "(.+)"$', PYPROJECT)[0] + ".git"
PAGE = (ROOT / "docs" / "add-to-your-project.md").read_text(encoding="utf-8")
CHAPTERS = {
    chapter.partition("\n")[0]: chapter
    for chapter in re.split(r"^## ", PAGE, flags=re.MULTILINE)
}
# Names of schemas as a company chooses them, without our defaults.
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
      host: "{host}"
      port: {port}
      user: "{user}"
      password: "{password}"
      dbname: "{database}"
      schema: acme
      threads: 4
"""
# Schema in Meltano Hub's definition of the loader: one per extractor.
OWN_LOADER = f"""
  loaders:
  - name: target-postgres
    namespace: target_postgres
    executable: {BIN / "target-postgres"}
    settings:
    - name: host
    - name: port
      kind: integer
    - name: user
    - name: password
      sensitive: true
    - name: database
    - name: default_target_schema
      value: $MELTANO_EXTRACT__LOAD_SCHEMA
    config:
      use_copy: true
"""
OWN_VARIABLES = """\
TARGET_POSTGRES_HOST={host}
TARGET_POSTGRES_PORT={port}
TARGET_POSTGRES_USER={user}
TARGET_POSTGRES_PASSWORD={password}
TARGET_POSTGRES_DATABASE={database}
"""
CONTACTS = """
create schema crm;
create table crm.contacts (id uuid primary key, customer_number text, name text, email text);
create table crm.rates (
    currency text, base_currency text, rate numeric, valid_from date, valid_to date
);
"""


def commands(chapter: str) -> list[str]:
    """Return the commands in a chapter of the page."""
    found = re.findall(r"```console\n(.+?)```", CHAPTERS[chapter], re.DOTALL)
    return [line[2:] for block in found for line in block.splitlines()]


def blocks(chapter: str, kind: str) -> list[str]:
    """Return the code blocks of a language in a chapter of the page."""
    return re.findall(rf"```{kind}\n(.+?)```", CHAPTERS[chapter], re.DOTALL)


@dataclass
class Host:
    """A host's Meltano project with a dbt project."""

    folder: Path
    clone: Path
    server: Postgres
    outputs: dict[str, str] = field(default_factory=dict)
    """What commands printed that were typed on the way, by a word for each."""

    @property
    def dbt_project(self) -> Path:
        return self.folder / "transform"

    def type(self, *lines: str, code: int = 0) -> str:
        """Run commands, check each exit code, and return the output of the last command.

        The shell variable that the page sets for its commands is in no other shell.
        """
        printed = ""
        for line in lines:
            variable = f'ECOMMERCE_HOME="{self.clone}"\n' if "$ECOMMERCE_HOME" in line else ""
            done = subprocess.run(
                ["bash", "-c", variable + line],
                cwd=self.folder,
                env=self.environment,
                capture_output=True,
                text=True,
                check=False,
            )
            output = f"{line}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
            assert done.returncode == code, output
            printed = done.stdout if not code else output
        return printed

    @property
    def environment(self) -> dict[str, str]:
        """Environment without variables of the module or the warehouse."""
        return {
            # Meltano runs about 20 times; with compiled modules it starts faster.
            **{
                name: value
                for name, value in os.environ.items()
                if "ECOMMERCE_" not in name and name != "PYTHONDONTWRITEBYTECODE"
            },
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "NO_COLOR": "1",
            # Git reads the clone instead of the address that the page and the definitions name.
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{self.clone.as_uri()}.insteadOf",
            "GIT_CONFIG_VALUE_0": ADDRESS,
        }

    def write(self, name: str, text: str) -> None:
        """Append a text to a file; the clone's path replaces its placeholder."""
        path = self.folder / name
        before = path.read_text() if path.exists() else ""
        path.write_text(before + text.replace(CLONE, str(self.clone)))

    def add_to_dbt_project(self, block: str) -> None:
        """Merge a block into dbt_project.yml, which already configures models."""
        path = self.dbt_project / "dbt_project.yml"
        project, added = yaml.safe_load(path.read_text()), yaml.safe_load(block)
        for key, value in added.items():
            project[key] = {**project.get(key, {}), **value}
        path.write_text(yaml.safe_dump(project, sort_keys=False))

    def changes(self) -> str:
        """Return the uncommitted changes."""
        return self.type("git add --intent-to-add . && git diff")


def make_clone(folder: Path) -> Path:
    """Make a clone of this repository with all tracked and new files."""
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
    subprocess.run(["git", "tag", f"v{VERSION}"], cwd=folder, check=True)
    return folder


def make_host(folder: Path, clone: Path, server: Postgres) -> Host:
    """Create projects as `meltano init` and `dbt init` do, with a separate loader."""
    host = Host(folder, clone, server)
    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [BIN / "meltano", "init", folder.name, "--no-usage-stats"],
        cwd=folder.parent,
        check=True,
        capture_output=True,
    )
    shutil.rmtree(host.dbt_project)
    host.type("dbt init transform --skip-profile-setup && rm -rf logs")
    about = {
        "host": server.host,
        "port": server.port,
        "user": server.user,
        "password": server.password,
        "database": server.database,
    }
    host.write("transform/profiles.yml", PROFILE.format(**about))
    host.write("transform/macros/generate_schema_name.sql", SCHEMA_NAMES)
    host.write(".env", OWN_VARIABLES.format(**about))
    project = yaml.safe_load((folder / "meltano.yml").read_text())
    project["plugins"] = yaml.safe_load(OWN_LOADER)
    (folder / "meltano.yml").write_text(yaml.safe_dump(project, sort_keys=False))
    commit(folder)
    return host


def make_contacts(shop: Shop, server: Postgres, role: str) -> None:
    """Create the demo's contacts and rates in the warehouse, and a reader role."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"drop role if exists {role}; create role {role}".encode())
        connection.execute(CONTACTS)
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into crm.contacts values (%s, %s, %s, %s)",
                [(UUID(int=number), *rest) for number, *rest in demo_contacts(shop)],
            )
            cursor.executemany(
                "insert into crm.rates values (%s, %s, %s, %s, %s)", demo_custom_rates()
            )


def follow_page(host: Host, shop: str, role: str) -> None:
    """Apply all chapters of the page before `Run`, with values of the host."""
    server = host.server
    # One variable of the loader and one var of dbt set the schema of the records.
    of_dbt = {
        "ecommerce_schema": "acme_ecommerce",
        "ecommerce_raw_schema": "acme_raw",
        "ecommerce_currency": "CAD",
    }
    also = {
        "ecommerce_custom_rates_relation": "crm.rates",
        "ecommerce_reader_role": role,
    }
    of_env = {
        "ECOMMERCE_PROJECT_DIR": "transform",
        **server.environment(),
        "TAP_SHOPAPP_SHOP_ID": "maple",
        "TAP_SHOPAPP_API_URL": shop,
        "TAP_SHOPAPP_ACCESS_TOKEN": TOKEN,
    }
    (shown,) = blocks("3. Configure the module", "bash")
    assert re.findall(r"^(\w+)=", shown, re.MULTILINE) == list(of_env)
    of_env |= {
        "ECOMMERCE_RAW_SCHEMA": "acme_raw",
        "TAP_ECB_RATES_SOURCE": "bundled",
        "TAP_ECB_RATES_START_DATE": "2024-08-15",
    }
    (variables,) = blocks("3. Configure the module", "yaml")
    configured = yaml.safe_load(variables)["vars"]
    assert set(of_dbt) < set(configured)
    packages, _, models = blocks("2. Add the dbt package", "yaml")

    host.type(*commands("1. Add the plugins"))
    host.write("transform/packages.yml", packages)
    host.add_to_dbt_project(models)
    host.add_to_dbt_project(yaml.safe_dump({"vars": {**configured, **of_dbt, **also}}))
    host.write(".env", "".join(f"{name}={value}\n" for name, value in of_env.items()))
    host.type(*commands("4. Add jobs and a schedule"))
    host.type(*commands("Import files")[:-1])


def commit(folder: Path) -> None:
    """Commit all files of a folder."""
    identity = ["-c", "user.name=acme", "-c", "user.email=acme@example.com"]
    for command in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-qm", "as it is"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
