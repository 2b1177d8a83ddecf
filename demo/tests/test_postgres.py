"""The private Postgres: start for root and other users, restart after a kill."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from shopapp_demo import postgres
from shopapp_demo.postgres import _free_port, _initialize, _run, _wheel_binaries

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534
AS_ROOT = os.geteuid() == 0

# The program of a normal user. Root drops its privileges after the imports, because other users
# may have no access to the Python installation.
AS_OTHER_USER = """
import os, sys
from pathlib import Path
import psycopg
from shopapp_demo import postgres
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
data_dir = Path(sys.argv[1])
server = postgres.start(data_dir, durable=False)
try:
    with psycopg.connect(server.url) as connection:
        connection.execute("select 1")
    print(os.geteuid(), data_dir.stat().st_uid)
finally:
    postgres.stop(data_dir)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """Yield a folder that `nobody` has access to, unlike pytest's folder."""
    home = Path(tempfile.mkdtemp(prefix="postgres-test-"))
    home.chmod(0o755)
    yield home
    postgres.stop(home / "data")
    shutil.rmtree(home)


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postmaster.pid").read_text().splitlines()[0])


def answers(server: postgres.Postgres) -> bool:
    try:
        psycopg.connect(server.url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def wait_until_ended(processes: list[int]) -> None:
    for _ in range(500):
        if not any(Path(f"/proc/{process}/cmdline").exists() for process in processes):
            return
        time.sleep(0.01)


def test_start_finds_a_running_server_and_stop_ends_it(home: Path) -> None:
    data_dir = home / "data"
    server = postgres.start(data_dir, durable=False)
    assert server.host == "127.0.0.1"
    with psycopg.connect(server.url) as connection:
        row = connection.execute("select current_setting('listen_addresses')").fetchone()
        assert row == ("127.0.0.1",)
        row = connection.execute("select current_setting('server_encoding')").fetchone()
        assert row == ("UTF8",)
        assert connection.info.server_version >= 150000
    assert postgres.start(data_dir) == server, "A second start must reuse the running server."

    owner = Path(f"/proc/{postmaster(data_dir)}").stat().st_uid
    assert owner == (NOBODY if AS_ROOT else os.geteuid())
    assert data_dir.stat().st_mode & 0o777 == 0o700
    assert (data_dir / "password").stat().st_mode & 0o777 == 0o600

    postgres.stop(data_dir)
    assert not answers(server)
    postgres.stop(data_dir)
    assert not (data_dir / "postmaster.pid").exists()


def test_server_refuses_a_wrong_password(home: Path) -> None:
    server = postgres.start(home / "data", durable=False)
    assert answers(server)
    stranger = postgres.Postgres(server.host, server.port, "postgres", "guessed", "postgres")
    assert not answers(stranger)
    assert server.environment() == {
        "ECOMMERCE_WAREHOUSE_HOST": "127.0.0.1",
        "ECOMMERCE_WAREHOUSE_PORT": str(server.port),
        "ECOMMERCE_WAREHOUSE_USER": "postgres",
        "ECOMMERCE_WAREHOUSE_PASSWORD": server.password,
        "ECOMMERCE_WAREHOUSE_DATABASE": "postgres",
    }


def test_killed_server_restarts_with_its_data(home: Path) -> None:
    data_dir = home / "data"
    server = postgres.start(data_dir)
    with psycopg.connect(server.url) as connection:
        connection.execute("create table kept as select 42 as answer")
    process = postmaster(data_dir)
    children = Path(f"/proc/{process}/task/{process}/children")
    family = [process, *map(int, children.read_text().split())] if children.exists() else []
    os.kill(process, signal.SIGKILL)
    wait_until_ended(family)
    assert (data_dir / "postmaster.pid").exists(), "The killed server must leave its lock file."

    again = postgres.start(data_dir)
    assert postmaster(data_dir) != process
    assert again.password == server.password
    with psycopg.connect(again.url) as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)


def test_stop_of_a_server_that_never_ran_does_nothing(home: Path) -> None:
    postgres.stop(home / "data")
    assert not (home / "data").exists()


def test_server_starts_for_a_normal_user(home: Path) -> None:
    user = NOBODY if AS_ROOT else os.geteuid()
    if AS_ROOT:
        os.chown(home, NOBODY, NOBODY)
    done = subprocess.run(
        [sys.executable, "-c", AS_OTHER_USER, str(home / "data")],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    assert done.stdout.split() == [str(user), str(user)]


def test_server_starts_from_the_binaries_of_the_wheel(home: Path) -> None:
    binaries = _wheel_binaries()
    data_dir = home / "data"
    _initialize(binaries, data_dir)
    password = (data_dir / "password").read_text()
    port = _free_port()
    options = f"-p {port} -h 127.0.0.1 -c unix_socket_directories= -c fsync=off"
    pg_ctl = [binaries / "pg_ctl", "-w", "-D", data_dir]
    _run([*pg_ctl, "-l", data_dir / "log", "-o", options, "start"])
    try:
        server = postgres.Postgres("127.0.0.1", port, "postgres", password, "postgres")
        with psycopg.connect(server.url) as connection:
            assert connection.info.server_version >= 150000
            assert connection.execute("select jsonb '[1]' @> '1'").fetchone() == (True,)
    finally:
        _run([*pg_ctl, "-m", "fast", "stop"])


def test_found_binaries_support_merge() -> None:
    binaries = postgres.find_binaries()
    version = subprocess.run(
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    assert int(version.split()[2].partition(".")[0]) >= 15


def test_server_in_the_environment_is_used(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://ann%40x:p%2Fw@db.example:6543/shop"
    monkeypatch.setenv("ECOMMERCE_TEST_DATABASE_URL", url)
    with postgres.private_postgres(home / "data") as server:
        assert server == postgres.Postgres("db.example", 6543, "ann@x", "p/w", "shop")
    assert not (home / "data").exists()


def test_temporary_server_is_stopped_after_an_error(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ECOMMERCE_TEST_DATABASE_URL", raising=False)
    started = []

    def use() -> None:
        with postgres.private_postgres(home / "data") as server:
            started.append(server)
            assert answers(server)
            raise LookupError

    with pytest.raises(LookupError):
        use()
    assert not answers(started[0])
