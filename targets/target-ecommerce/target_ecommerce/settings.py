"""The settings of the target, as `--about` lists them."""

from __future__ import annotations

from singer_sdk import typing as th

CONFIG = th.PropertiesList(
    th.Property(
        "warehouse",
        th.StringType(allowed_values=["postgres", "duckdb"]),
        default="postgres",
        title="Warehouse",
        description="Kind of the warehouse: postgres or duckdb.",
    ),
    th.Property(
        "host",
        th.StringType,
        title="Host",
        description="Postgres: host name, or directory of the Unix socket. Default: libpq's.",
    ),
    th.Property(
        "port", th.IntegerType, title="Port", description="Postgres: port, usually 5432."
    ),
    th.Property("user", th.StringType, title="User", description="Postgres: name of the user."),
    th.Property(
        "password",
        th.StringType,
        secret=True,
        title="Password",
        description="Postgres: password. Leave it empty if the server does not ask for one.",
    ),
    th.Property(
        "database",
        th.StringType,
        title="Database",
        description="Postgres: name of the database.",
    ),
    th.Property(
        "sslmode",
        th.StringType(
            allowed_values=["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
        ),
        title="TLS mode",
        description="Postgres: whether to use TLS, and what to verify. Default: prefer.",
    ),
    th.Property(
        "sslrootcert",
        th.StringType,
        title="TLS root certificate",
        description="Postgres: file with the certificates of trusted authorities, or system.",
    ),
    th.Property(
        "sslcert",
        th.StringType,
        title="TLS client certificate",
        description="Postgres: file with the client certificate.",
    ),
    th.Property(
        "sslkey",
        th.StringType,
        title="TLS client key",
        description="Postgres: file with the key of the client certificate.",
    ),
    th.Property(
        "connect_timeout",
        th.IntegerType(minimum=2),
        default=30,
        title="Connect timeout",
        description="Postgres: timeout of a connection, in seconds.",
    ),
    th.Property(
        "network_timeout",
        th.IntegerType(minimum=5),
        default=60,
        title="Network timeout",
        description="Postgres: seconds after which an unreachable server ends the run, by"
        " keepalives and tcp_user_timeout.",
    ),
    th.Property(
        "lock_timeout",
        th.IntegerType(minimum=1),
        default=60,
        title="Lock timeout",
        description="Postgres: seconds to wait for a lock on a table, or for another run.",
    ),
    th.Property(
        "path",
        th.StringType,
        title="DuckDB file",
        description="DuckDB: path of the database file.",
    ),
    th.Property(
        "default_target_schema",
        th.StringType,
        default="ecommerce_raw",
        title="Schema",
        description="Schema that has the tables. It is created if it does not exist.",
    ),
    th.Property(
        "add_record_metadata",
        th.BooleanType,
        default=True,
        title="Metadata columns",
        description="Whether tables have the metadata columns _sdc_*. The dbt package reads"
        " _sdc_batched_at.",
    ),
    th.Property(
        "hard_delete",
        th.BooleanType,
        default=False,
        title="Hard delete",
        description="Whether ACTIVATE_VERSION deletes rows. Default: it sets _sdc_deleted_at.",
    ),
    th.Property(
        "batch_size_rows",
        th.IntegerType(minimum=1),
        default=10_000,
        title="Rows per buffer",
        description="Maximum number of rows of a stream in memory, before they are copied.",
    ),
    th.Property(
        "batch_size_bytes",
        th.IntegerType(minimum=1),
        default=4_000_000,
        title="Bytes per buffer",
        description="Maximum size of the input of a stream in memory, before it is copied.",
    ),
    th.Property(
        "checkpoint_rows",
        th.IntegerType(minimum=1),
        default=100_000,
        title="Rows per checkpoint",
        description="Rows of all streams after which the next STATE message commits.",
    ),
    th.Property(
        "checkpoint_seconds",
        th.IntegerType(minimum=1),
        default=60,
        title="Seconds per checkpoint",
        description="Seconds after which the next STATE message commits.",
    ),
).to_dict()
