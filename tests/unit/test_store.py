from __future__ import annotations

import re
import sqlite3
import threading
from contextlib import closing, contextmanager

import pytest
import sqlalchemy as sa
from unit_parts import Kernel, events, make_learner, refused, run_python, settled

from al_widgets import LabelStore
from al_widgets.events import Asked, Fitted, Labeled, Retracted, Skipped
from al_widgets.exceptions import (
    InvalidInput,
    NotAStore,
    PoolMismatch,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreTooNew,
)


def write(_, where, name, n):
    """Append what is one's own, and what somebody else appends too."""
    store = LabelStore(where)
    for i in range(n):
        store.append(Labeled(id=f"{name}-{i}", annotator=name, item=str(i), label="a"))
        store.append(Labeled(id=f"both-{i}", annotator=name, item=str(i), label="a"))


def labeled(item="1", label="cat", **fields):
    return Labeled(annotator="me", item=item, label=label, **fields)


ONE_OF_EACH = (
    Asked(
        annotator="me",
        round=0,
        items=["1", "2"],
        utilities=[0.25, None],
        strategy="margin",
        n_labeled=0,
        held_out=["2"],
        reasons=["near a border", "drawn"],
    ),
    labeled(label="Kätzchen 🐈\n'; DROP TABLE al_events; --", seconds=0.5, round=0),
    Skipped(annotator="you", item="2", reason="unclear"),
    Fitted(
        annotator="me",
        upto=2,
        n_labels=1,
        spent=1,
        seconds=0.1,
        model="Tree",
        predictions={"2": "dog"},
        n_correct=1,
        n_validation=2,
    ),
    Retracted(annotator="me", target="some id"),
)


class StoreContract:
    """What every store promises, wherever its log lies."""

    @pytest.fixture
    def where(self):
        raise NotImplementedError

    @pytest.fixture
    def store(self, where):
        store = LabelStore(where)
        yield store
        store.close()

    def test_a_new_store_holds_nothing(self, store):
        assert list(store.read()) == []

    def test_every_kind_of_event_comes_back_as_it_was_given(self, store):
        store.append(*ONE_OF_EACH)
        assert tuple(events(store)) == ONE_OF_EACH

    def test_events_are_read_in_the_order_of_appending(self, store):
        given = [labeled(item=str(i)) for i in range(30)]
        for event in given[:10]:
            store.append(event)
        store.append(*given[10:])
        assert events(store) == given

    def test_positions_grow(self, store):
        for event in ONE_OF_EACH:
            store.append(event)
        positions = [position for position, _ in store.read()]
        assert positions == sorted(set(positions))

    def test_append_says_where_the_log_ends(self, store):
        end = store.append(*ONE_OF_EACH)
        assert end == list(store.read())[-1][0]

    def test_an_id_is_accepted_once(self, store):
        first = labeled(label="cat", id="click 1")
        end = store.append(first)
        assert store.append(labeled(label="dog", id="click 1")) == end
        assert events(store) == [first]

    def test_an_id_sent_twice_in_one_append_is_kept_once(self, store):
        event = labeled()
        store.append(event, event)
        assert events(store) == [event]

    def test_of_a_batch_that_is_partly_known_the_rest_is_kept(self, store):
        known, unknown = labeled(), labeled(item="2")
        store.append(known)
        store.append(known, unknown)
        assert events(store) == [known, unknown]

    def test_a_batch_is_written_whole_or_not_at_all(self, store):
        nobody = Labeled(annotator=None, item="2", label="cat")
        with pytest.raises(StoreError):
            store.append(labeled(), nobody)
        assert events(store) == []

    def test_a_failed_append_leaves_the_store_usable(self, store):
        with pytest.raises(StoreError):
            store.append(Labeled(annotator=None, item="2", label="cat"))
        event = labeled()
        store.append(event)
        assert events(store) == [event]

    def test_appending_nothing_changes_nothing(self, store):
        end = store.append(labeled())
        assert store.append() == end
        assert len(events(store)) == 1

    def test_reading_after_a_position_gives_what_came_later(self, store):
        store.append(labeled(item="1"))
        middle = store.append(labeled(item="2"))
        store.append(labeled(item="3"))
        assert [event.item for _, event in store.read(after=middle)] == ["3"]

    def test_append_after_the_end_is_taken(self, store):
        end = store.append(labeled(item="1"))
        assert store.append(labeled(item="2"), after=end) > end

    def test_append_after_a_position_that_others_passed_writes_nothing(self, store):
        end = store.append(labeled(item="1"))
        store.append(labeled(item="2"))
        assert store.append(labeled(item="3"), after=end) is None
        assert [event.item for event in events(store)] == ["1", "2"]

    def test_of_several_threads_that_append_after_the_same_end_one_wins(self, store):
        end = store.append(labeled())
        start = threading.Barrier(4)
        won = []

        def append(i):
            start.wait()
            won.append(store.append(labeled(item=str(i)), after=end) is not None)

        in_threads(append, 4)
        assert sorted(won) == [False, False, False, True]

    def test_several_threads_lose_nothing_and_a_reader_misses_nothing(self, store):
        per_thread = 25

        def append(name):
            for i in range(per_thread):
                store.append(Labeled(annotator=str(name), item=str(i), label="a"))

        writers = [threading.Thread(target=append, args=(name,)) for name in range(4)]
        for writer in writers:
            writer.start()
        seen = followed(store, lambda: any(writer.is_alive() for writer in writers))
        assert seen == list(store.read())
        for name in range(4):
            own = [event.item for _, event in seen if event.annotator == str(name)]
            assert own == [str(i) for i in range(per_thread)]

    def test_it_is_tied_to_the_first_pool(self, store):
        store.bind("identity", "<Pool of 3 items>")
        store.bind("identity", "<Pool of 3 items>")
        with refused(PoolMismatch, "another pool (<Pool of 3 items>)", "<Pool of 4", "Pass the"):
            store.bind("other", "<Pool of 4 items>")

    def test_a_copy_holds_the_same_log_and_pool(self, store, tmp_path):
        store.bind("identity", "<Pool>")
        store.append(*ONE_OF_EACH)
        copy = store.copy_to(tmp_path / "copy.sqlite")
        assert list(copy.read()) == list(store.read())
        with pytest.raises(PoolMismatch):
            copy.bind("other", "<Pool>")

    def test_a_copy_keeps_positions_that_have_gaps(self, store, tmp_path):
        """`Fitted.upto` names positions, so they must mean the same in the copy."""
        first = labeled()
        store.append(first)
        store.append(first)
        store.append(first)
        store.append(labeled(item="2"))
        copy = store.copy_to(tmp_path / "copy.sqlite")
        assert list(copy.read()) == list(store.read())
        assert copy.append(labeled(item="3")) > list(store.read())[-1][0]

    def test_an_empty_store_can_be_copied(self, store, tmp_path):
        copy = store.copy_to(tmp_path / "copy.sqlite")
        assert events(copy) == []
        assert copy.id != store.id

    def test_it_is_not_copied_over_other_labels(self, store, tmp_path):
        LabelStore(tmp_path / "other.sqlite").append(labeled(item="theirs"))
        store.append(labeled(item="ours"))
        with refused(InvalidInput, "a new store", "holds labels already", "another path"):
            store.copy_to(tmp_path / "other.sqlite")
        assert [e.item for e in events(LabelStore(tmp_path / "other.sqlite"))] == ["theirs"]


class DurableContract(StoreContract):
    """What a store promises that lies on a disk."""

    def test_it_is_durable(self, store):
        assert store.is_durable

    def test_opening_it_again_gives_the_same_store(self, store, where):
        store.append(*ONE_OF_EACH)
        store.close()
        again = LabelStore(where)
        assert again.id == store.id
        assert tuple(events(again)) == ONE_OF_EACH

    def test_two_open_stores_see_each_other(self, store, where):
        other = LabelStore(where)
        store.append(labeled(item="1"))
        other.append(labeled(item="2"))
        assert events(store) == events(other)
        assert [event.item for event in events(store)] == ["1", "2"]

    def test_another_store_cannot_append_after_an_outdated_end(self, store, where):
        other = LabelStore(where)
        end = store.append(labeled())
        other.append(labeled())
        assert store.append(labeled(), after=end) is None

    def test_stores_opened_at_once_become_one(self, where):
        start = threading.Barrier(4)
        ids = []

        def open_(_):
            start.wait()
            ids.append(LabelStore(where).id)

        in_threads(open_, 4)
        assert len(ids) == 4
        assert len(set(ids)) == 1

    def test_several_processes_lose_nothing_and_a_reader_misses_nothing(self, store, where):
        """Two of them write, all send some of the same ids, and a third follows the log."""
        n = 40
        writers = [Kernel(write, where, name, n) for name in ("ann", "bob")]
        seen = followed(store, lambda: any(writer.is_alive for writer in writers))
        assert [writer.wait() for writer in writers] == [0, 0]
        assert seen == list(store.read())
        positions = [position for position, _ in seen]
        assert positions == sorted(set(positions))
        ids = [event.id for _, event in seen]
        assert sorted(ids) == sorted(
            f"{name}-{i}" for name in ("ann", "bob", "both") for i in range(n)
        )
        for name in ("ann", "bob"):
            own = [i for i in ids if i.startswith(name)]
            assert own == [f"{name}-{i}" for i in range(n)]


class TestInMemory(StoreContract):
    @pytest.fixture
    def where(self):
        return None

    def test_it_is_not_durable(self, store):
        assert not store.is_durable

    def test_two_of_them_are_apart(self, store):
        store.append(labeled())
        assert events(LabelStore()) == []

    def test_its_repr_says_so(self, store):
        assert repr(store) == "<LabelStore in memory>"

    def test_a_copy_that_could_not_be_finished_can_be_tried_again(self, store, sqlite_path):
        store.bind("identity", "<Pool>")
        store.append(*(labeled(item=str(i), label="x" * 500) for i in range(200)))
        LabelStore(sqlite_path).close()
        with full_disk(at=10), pytest.raises(StoreFull):
            store.copy_to(sqlite_path)
        assert len(events(store.copy_to(sqlite_path))) == 200


class TestSQLite(DurableContract):
    @pytest.fixture
    def where(self, sqlite_path):
        return sqlite_path

    def test_it_writes_ahead_and_waits_for_the_disk(self, store):
        with store._engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL

    def test_a_path_may_be_a_text(self, where):
        LabelStore(str(where)).append(labeled())
        assert len(events(LabelStore(where))) == 1

    def test_a_path_may_begin_at_home(self, monkeypatch, tmp_path):
        monkeypatch.setenv("HOME", str(tmp_path))
        LabelStore("~/labels.sqlite").append(labeled())
        assert len(events(LabelStore(tmp_path / "labels.sqlite"))) == 1

    def test_an_open_store_stays_where_it_is_when_the_folder_changes(self, monkeypatch, tmp_path):
        monkeypatch.chdir(tmp_path)
        store = LabelStore("labels.sqlite")
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        store.append(labeled())
        store.close()
        assert len(events(LabelStore(tmp_path / "labels.sqlite"))) == 1

    def test_a_text_file_is_refused_and_stays_as_it_was(self, where):
        where.write_text("not a database, but a letter to a friend\n" * 50)
        before = where.read_bytes()
        with refused(NotAStore, "no label store", "not a database", "Pass the path"):
            LabelStore(where)
        assert where.read_bytes() == before

    def test_the_database_of_another_application_is_refused_and_stays_as_it_was(self, where):
        with closing(sqlite3.connect(where)) as theirs:
            theirs.execute("CREATE TABLE recipes (name TEXT)")
        before = where.read_bytes()
        with refused(NotAStore, "no label store", "recipes", "Pass the path"):
            LabelStore(where)
        assert where.read_bytes() == before

    def test_a_folder_is_refused(self, tmp_path):
        with refused(NotAStore, "must be a file", "the folder", "Name a file inside it"):
            LabelStore(tmp_path)

    def test_a_missing_folder_is_named_and_not_made(self, tmp_path):
        with refused(StoreError, "the folder of a store must exist", "labels.sqlite", "mkdir -p"):
            LabelStore(tmp_path / "missing" / "labels.sqlite")
        assert not (tmp_path / "missing").exists()

    def test_a_store_of_a_later_version_is_refused_and_stays_as_it_was(self, store, where):
        with closing(sqlite3.connect(where, isolation_level=None)) as later:
            later.execute("UPDATE al_meta SET value = '99' WHERE key = 'schema'")
        store.close()
        before = where.read_bytes()
        with refused(StoreTooNew, "later version", "schema 99", "pip install --upgrade"):
            LabelStore(where)
        assert where.read_bytes() == before

    def test_a_store_that_may_only_be_read_is_refused_and_stays_as_it_was(self, store, where):
        store.append(labeled())
        store.close()
        before = where.read_bytes()
        with refused(StoreReadOnly, "cannot be written", "readonly", "Give write permission"):
            LabelStore(f"sqlite:///file:{where}?mode=ro&uri=true")
        assert where.read_bytes() == before
        assert len(events(LabelStore(where))) == 1

    @pytest.mark.parametrize("locked", ["labels.sqlite", "."])
    def test_a_file_or_folder_without_write_permission_is_refused(self, locked):
        done = run_python(
            """
import os, sys, tempfile
from pathlib import Path
from al_widgets import LabelStore
from al_widgets.exceptions import StoreReadOnly
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "labels.sqlite"
    LabelStore(path).close()
    os.chmod(folder, 0o777)
    os.chmod(path, 0o666)
    os.chmod(Path(folder) / sys.argv[1], 0o555)
    if os.geteuid() == 0:
        os.seteuid(65534)  # root may write anywhere
    try:
        LabelStore(path)
    except StoreReadOnly as error:
        print(error)
    if os.getuid() == 0:
        os.seteuid(0)
    os.chmod(folder, 0o777)
""",
            locked,
        )
        assert done.returncode == 0, done.stderr
        assert "cannot be written" in done.stdout
        assert "Give write permission to the file and its folder" in done.stdout

    @pytest.mark.parametrize("where", [5, "", 1.5, ["labels.sqlite"]])
    def test_what_is_neither_path_nor_url_is_refused(self, where):
        with refused(InvalidInput, "None, a path or a database URL", repr(where), "store="):
            LabelStore(where)

    def test_a_full_disk_changes_nothing(self, store, where):
        store.append(labeled())
        before = list(store.read())
        with full_disk(at=8), refused(StoreFull, "could not grow", "full", "Make room"):
            for i in range(1000):
                store.append(labeled(item=str(i), label="x" * 500))
                before = list(store.read())
        assert list(store.read()) == before
        assert list(LabelStore(where).read()) == before

    def test_it_goes_on_once_there_is_room(self, store):
        with full_disk(at=1), pytest.raises(StoreFull):
            store.append(*(labeled(label="x" * 500) for _ in range(100)))
        event = labeled()
        store.append(event)
        assert events(store) == [event]

    def test_a_learner_on_a_full_disk_loses_nothing_and_goes_on_once_there_is_room(self, where):
        learner = make_learner(store=where)
        first, second, _ = learner.query()
        learner.label(first, "a")
        before = learner.labels
        many = [labeled(label="x" * 500, id=str(i)) for i in range(60)]
        with full_disk(at=1):
            with pytest.raises(StoreFull):
                LabelStore(where).append(*many)
            with pytest.raises(StoreFull):
                learner.skip(second, reason="x" * 100_000)
            assert learner.labels.equals(before)
            assert learner.budget.spent == 1
        learner.label(second, "b")
        assert settled(learner).labels["item"].tolist() == [first, second]

    def test_a_file_that_may_not_grow_loses_nothing_and_goes_on_later(self, where):
        """The operating system itself refuses to write, as it does over a quota."""
        done = run_python(
            """
import resource, signal, sys
from al_widgets import LabelStore
from al_widgets.events import Labeled
from al_widgets.exceptions import StoreError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = LabelStore(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
acknowledged = []
for i in range(2000):
    try:
        store.append(Labeled(id=str(i), annotator="me", item="1", label="x" * 500))
    except StoreError as error:
        assert error.rule and error.got and "Nothing was changed" in error.remedy
        break
    acknowledged.append(str(i))
else:
    sys.exit("it never failed")
assert [event.id for _, event in store.read()] == acknowledged
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.append(Labeled(id="later", annotator="me", item="1", label="a"))
print(*acknowledged, "later")
""",
            where,
        )
        assert done.returncode == 0, done.stderr
        assert [event.id for event in events(LabelStore(where))] == done.stdout.split()

    def test_a_locked_database_is_told_as_such(self, where):
        LabelStore(where).close()
        with closing(sqlite3.connect(where, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with impatient(), refused(StoreError, "did not take", "locked", "Try again"):
                LabelStore(where).append(labeled())


class TestPostgreSQL(DurableContract):
    @pytest.fixture
    def where(self, postgres_url):
        return postgres_url

    def test_its_password_is_shown_nowhere(self, store):
        for shown in (str(store), repr(store), repr(make_learner(store=store))):
            assert "sesame" not in shown
            assert "***" in shown

    def test_a_password_among_the_options_is_not_shown_either(self, where):
        url = sa.engine.make_url(where).set(password=None)
        store = LabelStore(f"{url.render_as_string()}&password=sesame")
        assert "sesame" not in repr(store)

    def test_it_can_be_copied_into(self, where):
        """And what is appended there afterwards stands at the end."""
        memory = LabelStore()
        memory.append(labeled(item="1"), labeled(item="2"))
        store = memory.copy_to(where)
        assert store.append(labeled(item="3")) == 3
        assert [event.item for event in events(store)] == ["1", "2", "3"]

    def test_a_server_that_is_away_is_told_without_the_password(self):
        with refused(StoreError, "did not take", "onnection refused", "Try again") as info:
            LabelStore("postgresql://me:sesame@127.0.0.1:1/labels")
        assert "sesame" not in str(info.value)

    def test_a_url_that_cannot_be_read_is_refused_without_the_password(self):
        with refused(InvalidInput, "URL", "postgresql", "postgresql://user@host") as info:
            LabelStore("postgresql://me:sesame@host:port/labels")
        assert "sesame" not in str(info.value)

    @pytest.mark.parametrize("scheme", ["mysql", "mongodb", "https"])
    def test_another_kind_of_database_is_refused(self, scheme):
        with refused(InvalidInput, "SQLite or PostgreSQL", scheme, "Pass postgresql://"):
            LabelStore(f"{scheme}://me:sesame@host/labels")

    def test_a_driver_that_is_missing_is_named(self):
        with refused(StoreError, "needs a driver", "pigeon", "pip install"):
            LabelStore("postgresql+pigeon://me@host/labels")

    def test_tables_of_other_applications_may_stand_beside_it(self, where):
        engine = sa.create_engine(re.sub("^postgresql:", "postgresql+psycopg:", where))
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE recipes (name TEXT)")
        engine.dispose()
        LabelStore(where).append(labeled())
        assert len(events(LabelStore(where))) == 1


def in_threads(job, n):
    threads = [threading.Thread(target=job, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def followed(store, goes_on):
    """What somebody sees who always reads on after the last position that was read."""
    seen = []
    while True:
        last_time = not goes_on()
        seen += store.read(after=seen[-1][0] if seen else 0)
        if last_time:
            return seen


@contextmanager
def on_connections(event, listener):
    sa.event.listen(sa.pool.Pool, event, listener)
    try:
        yield
    finally:
        sa.event.remove(sa.pool.Pool, event, listener)


@contextmanager
def full_disk(at):
    """Let no SQLite file grow past `at` pages, or past what it has."""

    def limit(connection, *_):
        connection.execute(f"PRAGMA max_page_count={at}")

    def lift(connection, *_):
        connection.execute("PRAGMA max_page_count=1073741823")

    with on_connections("checkout", limit), on_connections("checkin", lift):
        yield


@contextmanager
def impatient():
    """Wait for no lock."""
    with on_connections(
        "checkout", lambda connection, *_: connection.execute("PRAGMA busy_timeout=0")
    ):
        yield
