"""LabelStore: the durable log, on SQLite or PostgreSQL.

What a store promises:

* `append` returns when the events are on disk, in the order given, all or none.
* An event id is accepted once. Appending it again changes nothing and is no error, so whoever is
  not sure that an event arrived may send it again.
* Positions grow in the order in which appends return, over all threads and processes: whoever has
  read up to a position never misses an event before it.
* Nothing is updated or deleted.

With no path the log lives in memory, keeps the same promises but for the disk, and ends with the
process.
"""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import StaticPool

from al_widgets.event_rows import decode, encode
from al_widgets.events import Event, new_id
from al_widgets.exceptions import (
    InvalidInput,
    NotAStore,
    PoolMismatch,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreTooNew,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

E = TypeVar("E", bound=Event)

SCHEMA = 1
"""The version of the tables below. Raise it with every change that an older version cannot read."""

_LOCK_KEY = 0x616C5F77  # "al_w": the advisory lock that orders appends on PostgreSQL

_metadata = sa.MetaData()
_meta = sa.Table(
    "al_meta",
    _metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
_log = sa.Table(
    "al_events",
    _metadata,
    sa.Column(
        "position",
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("time", sa.Double, nullable=False),
    sa.Column("annotator", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)


class LabelStore:
    """The append-only log of a learner.

    Parameters
    ----------
    where : None, str, Path or LabelStore
        None keeps the log in memory. A path opens a SQLite file, and makes it if it is missing. A
        URL (``postgresql://user@host/database``) opens that database.

    Attributes
    ----------
    id : str
        The store's own id, made when it was first opened.
    is_durable : bool
        False for a log in memory.

    Raises
    ------
    NotAStore, StoreTooNew, StoreReadOnly, StoreError
        If the store cannot be opened; nothing was written then.

    Examples
    --------
    >>> from al_widgets.events import Labeled
    >>> store = LabelStore()
    >>> event = Labeled(annotator="me", item="7", label="cat")
    >>> store.append(event)
    1
    >>> store.append(event)  # the same id again changes nothing
    1
    >>> [(position, event.label) for position, event in store.read()]
    [(1, 'cat')]
    """

    def __init__(self, where: str | Path | None = None) -> None:
        self._url = _url_of(where)
        self.is_durable = self._url.database is not None or self._url.get_backend_name() != "sqlite"
        self._lock = threading.RLock()
        with self._explained():
            self._engine = _engine(self._url)
            with self._write() as connection:
                self.id = _prepare(connection, str(self))

    @property
    def folder(self) -> Path | None:
        """Where the file of a SQLite store is; None for others."""
        name = self._url.database
        if self._url.get_backend_name() != "sqlite" or not name or name.startswith((":", "file:")):
            return None  # in memory, or a URI within the URL
        return Path(name).absolute().parent

    # -- the log -------------------------------------------------------------------------------

    def append(self, *events: Event, after: int | None = None) -> int | None:
        """Write events; they are durable when this returns.

        Parameters
        ----------
        *events : Event
            Written in this order, all or none. One whose id is in the log already is passed over.
        after : int, optional
            Write only if the log still ends at this position.

        Returns
        -------
        int or None
            Where the log ends now; None if `after` was given and somebody else was faster.

        Raises
        ------
        StoreFull, StoreReadOnly, StoreError
            If the events could not be written. None of them was.
        """
        rows = [encode(event) for event in events]
        with self._lock, self._explained(), self._write() as connection:
            if after is not None and _end(connection) != after:
                return None
            if rows:
                dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
                connection.execute(dialect.insert(_log).on_conflict_do_nothing(), rows)
            return _end(connection)

    def read(self, after: int = 0) -> Iterator[tuple[int, Event]]:
        """Yield ``(position, event)`` of everything that was appended past position `after`."""
        return self._read(_log.c.position > after)

    def read_kind(self, kind: type[E]) -> Iterator[tuple[int, E]]:
        """Yield ``(position, event)`` of all events of one kind."""
        return self._read(_log.c.kind == kind.__name__)

    def _read(self, which: sa.ColumnElement[bool]) -> Iterator[tuple[int, Any]]:
        query = sa.select(_log).where(which).order_by(_log.c.position)
        with self._lock, self._explained(), self._engine.connect() as connection:
            rows = connection.execute(query).all()
        yield from decode(rows)

    # -- whose log -----------------------------------------------------------------------------

    def bind(self, identity: str, description: str) -> None:
        """Tie the store to a pool, the first time; afterwards refuse any other.

        Parameters
        ----------
        identity : str
            `Pool.identity`.
        description : str
            What the pool is, for the error that somebody else's pool gets.
        """
        with self._lock, self._explained(), self._write() as connection:
            known = dict(connection.execute(sa.select(_meta.c.key, _meta.c.value)).all())
            if "pool" not in known:
                values = {"pool": identity, "pool_description": description}
                rows = [{"key": key, "value": value} for key, value in values.items()]
                connection.execute(sa.insert(_meta), rows)
            elif known["pool"] != identity:
                raise PoolMismatch(
                    f"{self} holds the labels of another pool ({known['pool_description']})",
                    description,
                    "Pass the pool it was made with, or the path of a new store. If these are the "
                    "same items with other features, give them names: Pool(X, ids=...)",
                )

    def copy_to(self, where: str | Path) -> LabelStore:
        """Write the whole log, positions included, into a new store and return that one.

        Raises
        ------
        InvalidInput
            If there is a log at `where` already.
        """
        other = LabelStore(where)
        if next(other.read(), None) is not None:
            raise InvalidInput(
                "labels are saved into a new store",
                f"{other}, which holds labels already",
                "Choose another path, or pass this one as store= when the learner is made",
            )
        with self._lock, self._explained(), self._engine.connect() as connection:
            known = dict(connection.execute(sa.select(_meta.c.key, _meta.c.value)).all())
        if "pool" in known:
            other.bind(known["pool"], known["pool_description"])
        rows = [{**encode(event), "position": position} for position, event in self.read()]
        with other._explained(), other._write() as connection:
            if rows:
                connection.execute(sa.insert(_log), rows)
                if connection.dialect.name == "postgresql":  # what comes next stands after them
                    key = sa.func.pg_get_serial_sequence(_log.name, _log.c.position.name)
                    connection.execute(sa.select(sa.func.setval(key, rows[-1]["position"])))
        return other

    def close(self) -> None:
        """Let go of the database. The log stays; one in memory is gone."""
        self._engine.dispose()

    def __repr__(self) -> str:
        return f"<LabelStore {self}>"

    def __str__(self) -> str:
        if not self.is_durable:
            return "in memory"
        if self._url.get_backend_name() == "sqlite":
            return str(self._url.database)
        secret = [name for name in self._url.query if "pass" in name.lower()]
        return self._url.difference_update_query(secret).render_as_string(hide_password=True)

    # -- how -----------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _write(self) -> Iterator[sa.Connection]:
        """Hold the one writer's transaction; it commits at the end, or leaves no trace."""
        with self._engine.connect().execution_options(al_write=True) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_KEY)))
            yield connection
            connection.commit()

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Say what a database error means and what to do about it."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise _translate(error, str(self)) from error


def _url_of(where: str | Path | None) -> URL:
    if where is None:
        return URL.create("sqlite")
    if isinstance(where, str) and "://" in where:
        return _parsed(where)
    if not isinstance(where, str | Path) or not str(where):
        raise InvalidInput(
            "store must be None, a path or a database URL",
            repr(where),
            'Pass for example store="labels.sqlite"',
        )
    path = Path(where).expanduser()
    if path.is_dir():
        raise NotAStore("store must be a file", f"the folder {path}", "Name a file inside it")
    if not path.parent.is_dir():
        raise StoreError(
            "the folder of a store must exist", str(path), f"Make it first: mkdir -p {path.parent}"
        )
    return URL.create("sqlite", database=str(path.absolute()))


def _parsed(text: str) -> URL:
    scheme, remedy = text.partition("://")[0], "Pass postgresql://user@host/database"
    try:
        url = make_url(text)
    except (sa.exc.ArgumentError, ValueError):  # whose words may hold the password
        raise InvalidInput(
            "a URL of a store must be one that can be read", f"a URL of {scheme!r}", remedy
        ) from None
    if url.get_backend_name() not in {"postgresql", "sqlite"}:
        raise InvalidInput("a store is in SQLite or PostgreSQL", f"a URL of {scheme!r}", remedy)
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _engine(url: URL) -> sa.Engine:
    if url.get_backend_name() != "sqlite":
        try:
            return sa.create_engine(url, pool_pre_ping=True)
        except (ModuleNotFoundError, sa.exc.NoSuchModuleError) as error:
            raise StoreError(
                f"{url.get_backend_name()} needs a driver",
                str(error),
                'Install it: pip install "al_widgets[postgres]"',
            ) from error
    if url.database is None:
        arguments = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    else:
        arguments = {"connect_args": {"timeout": 60}}
    engine = sa.create_engine(url, **arguments)

    @sa.event.listens_for(engine, "connect")
    def set_up(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin where we say, see below
        with contextlib.closing(connection.cursor()) as cursor:
            tables = {name for (name,) in cursor.execute("SELECT name FROM sqlite_schema")}
            if not tables or _meta.name in tables:  # what is not ours stays as it is
                cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("al_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _prepare(connection: sa.Connection, name: str) -> str:
    """Make the tables of a new store, check those of an old one; return the store's id."""
    tables = set(sa.inspect(connection).get_table_names())
    if _meta.name not in tables:
        if tables and connection.dialect.name == "sqlite":
            raise NotAStore(
                f"{name} is a database, but no label store",
                f"its tables {sorted(tables)[:5]}",
                "Pass the path of a label store, or of a file that does not exist yet",
            )
        _metadata.create_all(connection)
        rows = [{"key": "schema", "value": str(SCHEMA)}, {"key": "id", "value": new_id()}]
        connection.execute(sa.insert(_meta), rows)
    known: Sequence[Any] = connection.execute(sa.select(_meta.c.key, _meta.c.value)).all()
    values = dict(known)
    if int(values["schema"]) > SCHEMA:
        raise StoreTooNew(
            f"{name} was written by a later version of al_widgets",
            f"schema {values['schema']}, this version reads up to {SCHEMA}",
            "Update: pip install --upgrade al_widgets",
        )
    connection.execute(sa.delete(_meta).where(sa.false()))  # a file that is only readable says so
    return str(values["id"])


def _end(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.max(_log.c.position))) or 0


def _translate(error: sa.exc.DBAPIError, name: str) -> StoreError:
    cause = str(error.orig)
    said = cause.lower()
    if "not a database" in said or "malformed" in said:
        return NotAStore(
            f"{name} is no label store",
            cause,
            "Pass the path of a label store, or of a file that does not exist yet",
        )
    if "full" in said or "no space" in said:
        return StoreFull(
            f"{name} could not grow: the disk is full",
            cause,
            "Nothing was changed. Make room and try again",
        )
    if "readonly" in said or "read-only" in said or "unable to open" in said:
        return StoreReadOnly(
            f"{name} cannot be written",
            cause,
            "Give write permission to the file and its folder, or choose another path",
        )
    return StoreError(f"{name} did not take the request", cause, "Nothing was changed. Try again")
