"""The journal's tables, and how to open them in SQLite or PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from asset_pipeline.errors import ConfigError

SCHEMA_VERSION = 2  # 2: attempts may be "intended"
NANO = Decimal(10) ** 9
WAL_TRIES, WAL_PAUSE_S = 600, 0.05  # half a minute
CLOCKS_APART_S = 20.0  # less than a lease minus the pause between two signs of life


class Usd(sa.types.TypeDecorator[Decimal]):
    """US dollars as whole billionths, so that the database adds them up exactly."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> int | None:  # noqa: ANN401, ARG002 - SQLAlchemy's
        """Store."""
        return None if value is None else int((value * NANO).to_integral_value())

    def process_result_value(self, value: Any, dialect: Any) -> Decimal | None:  # noqa: ANN401, ARG002 - SQLAlchemy's
        """Read; PostgreSQL adds up whole numbers as numeric."""
        return None if value is None else Decimal(int(value)) / NANO


METADATA = sa.MetaData()

JOBS = sa.Table(
    "jobs",
    METADATA,
    sa.Column("fingerprint", sa.String(64), primary_key=True),
    sa.Column("provider", sa.String(32), nullable=False),
    sa.Column("model", sa.String(200), nullable=False),
    sa.Column("operation", sa.String(32), nullable=False),
    sa.Column("request", sa.JSON, nullable=False),  # pictures by hash
    sa.Column("game", sa.String(200), nullable=False),
    sa.Column("pack", sa.String(200), nullable=False),
    sa.Column("sprite", sa.String(200), nullable=False),
    sa.Column("owner", sa.String(200)),  # who works on it now; NULL for nobody
    sa.Column("lease_until", sa.Float),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("done_at", sa.Float),  # set once: from then on the memo answers
    sa.Column("results", sa.JSON),  # keys of blobs, in order
    sa.Column("receipt", sa.JSON),
)
ATTEMPTS = sa.Table(
    "attempts",
    METADATA,
    sa.Column(
        "number", sa.Integer, primary_key=True, autoincrement=True
    ),  # in the order they were written down
    sa.Column("fingerprint", sa.String(64), sa.ForeignKey("jobs.fingerprint"), nullable=False, index=True),
    sa.Column("token", sa.String(36), nullable=False, unique=True),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("provider", sa.String(32), nullable=False),
    sa.Column("model", sa.String(200), nullable=False),
    sa.Column("operation", sa.String(32), nullable=False),
    sa.Column("game", sa.String(200), nullable=False, index=True),
    sa.Column("pack", sa.String(200), nullable=False),
    sa.Column("sprite", sa.String(200), nullable=False),
    sa.Column("run_id", sa.String(64), nullable=False, index=True),
    sa.Column("month", sa.String(7), nullable=False, index=True),  # YYYY-MM, UTC
    sa.Column("ticket", sa.JSON, nullable=False),
    sa.Column("job_id", sa.String(200)),
    sa.Column("quoted_usd", Usd, nullable=False),
    sa.Column("worst_usd", Usd, nullable=False),
    sa.Column("quote_basis", sa.String(16), nullable=False),
    # What the attempt counts for in every budget: the quote while it is open, the worst case while it is unknown, in the
    # end what it cost.
    sa.Column("cost_usd", Usd, nullable=False),
    sa.Column("cost_basis", sa.String(16), nullable=False),
    sa.Column("sent_at", sa.Float, nullable=False),
    sa.Column("accepted_at", sa.Float),
    sa.Column("ended_at", sa.Float),
    sa.Column("queue_s", sa.Float),
    sa.Column("run_s", sa.Float),
    sa.Column("error", sa.Text),
)
SLOTS = sa.Table(
    "slots",
    METADATA,
    sa.Column("provider", sa.String(32), primary_key=True),
    sa.Column("holder", sa.String(64), primary_key=True),  # the fingerprint of the work in flight
    sa.Column("owner", sa.String(200), nullable=False),
    sa.Column("lease_until", sa.Float, nullable=False),
)
RATES = sa.Table(
    "rates",
    METADATA,
    sa.Column("provider", sa.String(32), primary_key=True),
    sa.Column("next_at", sa.Float, nullable=False),
)
LOCKS = sa.Table(
    "locks",
    METADATA,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("taken", sa.BigInteger, nullable=False),
)
VERSION = sa.Table("schema_version", METADATA, sa.Column("version", sa.Integer, primary_key=True))


def open_engine(url: str) -> sa.Engine:
    """Open the journal's database, making its tables where there are none.

    Args:
        url: ``sqlite:///path`` or ``postgresql+psycopg2://…``; anything SQLAlchemy takes of these two.

    Raises:
        ConfigError: no such database, it does not answer, or a newer version of this package made its tables.
    """
    parsed = _parsed(url)
    try:
        return _prepared(
            _sqlite(parsed)
            if parsed.get_backend_name() == "sqlite"
            else sa.create_engine(parsed, pool_pre_ping=True, pool_size=8, max_overflow=24, pool_timeout=120)
        )
    except (sa.exc.SQLAlchemyError, OSError, ModuleNotFoundError) as error:
        cause = getattr(error, "orig", None) or error
        # Without user and query: a password may be in either.
        where = sa.URL.create(parsed.drivername, host=parsed.host, port=parsed.port, database=parsed.database)
        raise ConfigError(f"the journal at {where} cannot be opened: {str(cause).strip()}") from error


def _parsed(url: str) -> sa.URL:
    """Take *url* apart; no message quotes any of it, since what is misread may be the password."""
    try:
        parsed = make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise ConfigError(f"the journal's address is no database URL; {_EXAMPLE}") from None
    kind = parsed.get_backend_name()
    if kind not in ("sqlite", "postgresql"):
        raise ConfigError(f"the journal cannot be kept in {kind}; {_EXAMPLE}")
    if "@" in (parsed.host or ""):
        raise ConfigError(f"in the journal's address, write an @ of the password as %40; {_EXAMPLE}")
    if kind == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ConfigError(f"the journal must be a file, for it outlives the process; {_EXAMPLE}")
    return parsed


_EXAMPLE = (
    "for example ASSET_PIPELINE_JOURNAL=sqlite:///.local/journal.db or postgresql+psycopg2://user@host/name"
)


def _sqlite(url: sa.URL) -> sa.Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"timeout": 60}, pool_size=8, max_overflow=56)

    @sa.event.listens_for(engine, "connect")
    def connected(connection: Any, _: object) -> None:  # noqa: ANN401 - sqlite3's
        connection.isolation_level = None  # SQLAlchemy begins transactions, see below
        _use_wal(connection)
        connection.execute("PRAGMA synchronous=FULL")  # an intent must survive a power cut
        connection.execute("PRAGMA foreign_keys=ON")

    @sa.event.listens_for(engine, "begin")
    def began(connection: sa.Connection) -> None:
        # A transaction that reads and then writes would fail where another one wrote in between.
        reads = connection.get_execution_options().get("reads")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _use_wal(connection: Any) -> None:  # noqa: ANN401 - sqlite3's
    """Change a new file over; unlike everything else that does not wait for others who have the file open."""
    for left in reversed(range(WAL_TRIES)):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if left == 0:
                raise
            time.sleep(WAL_PAUSE_S)
        else:
            return


def _require_one_time(connection: sa.Connection) -> None:
    """Refuse to work by a clock of which other machines' leases seem over while they are at work."""
    theirs = connection.execute(sa.text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one()
    apart_s = time.time() - float(theirs)
    if abs(apart_s) > CLOCKS_APART_S:
        raise ConfigError(
            f"this machine's clock is {abs(apart_s):.0f} s {'ahead of' if apart_s > 0 else 'behind'} the journal's "
            "database; work under way on other machines could be paid for twice. Set both clocks (NTP) and try again"
        )


def _prepared(engine: sa.Engine) -> sa.Engine:
    try:
        _prepare(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _prepare(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Two processes that make the same tables at once would fail on each other's catalogue rows.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(727466)"))
            _require_one_time(connection)
        METADATA.create_all(connection)
        found = connection.execute(sa.select(sa.func.max(VERSION.c.version))).scalar()
        if found is None or found < SCHEMA_VERSION:
            # So far no version changed a column, so that what is older need only be kept from opening this.
            connection.execute(VERSION.insert().values(version=SCHEMA_VERSION))
        elif found > SCHEMA_VERSION:
            raise ConfigError(
                f"the journal has tables of version {found}, and this asset_pipeline knows version {SCHEMA_VERSION}; "
                "install the newer asset_pipeline, or name another journal with ASSET_PIPELINE_JOURNAL"
            )
