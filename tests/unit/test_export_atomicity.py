"""An export is written whole or not at all, whatever comes between."""

from __future__ import annotations

import errno
import os

import numpy as np
import pytest
from export_parts import pictures, spread
from unit_parts import Kernel, make_learner, make_pool, refused, run_python

from al_widgets import ActiveLearner, Pool
from al_widgets.exceptions import ExportFailed, InvalidInput
from al_widgets.export import _csv


def painted():
    return make_learner(Pool(pictures()))


def failing(monkeypatch, error):
    """Have the second row fail."""
    good = _csv.as_cells

    def cells(labels, row):
        if row.item == "2":
            raise error
        return good(labels, row)

    monkeypatch.setattr(_csv, "as_cells", cells)
    learner = painted()
    learner.label("1", "a")
    learner.label("2", "b")
    return learner


@pytest.mark.parametrize("name", ["labels.csv", "labels"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, ValueError])
def test_a_failure_in_the_middle_leaves_what_was_there(tmp_path, monkeypatch, name, error):
    painted().export(tmp_path / name)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(error):
        failing(monkeypatch, error).export(tmp_path / name, overwrite=True)
    assert sorted(tmp_path.rglob("*")) == before
    assert painted().import_labels(tmp_path / name).n_imported == 0


def test_a_full_disk_is_told(tmp_path, monkeypatch):
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with refused(ExportFailed, "disk is full", "No space left", "Nothing is half written"):
        failing(monkeypatch, error).export(tmp_path / "labels.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["labels.csv", "labels.parquet", "labels.json"])
def test_a_place_that_ends_in_the_middle_is_told(tmp_path, name):
    """A limit to the size of files stands for a disk that has no room left."""
    done = run_python(_FILLED, tmp_path / name)
    assert done.stdout.startswith("ExportFailed"), done.stderr
    assert "the disk is full" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(learner, tmp_path, monkeypatch):
    error = PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    monkeypatch.setattr(type(tmp_path), "open", lambda *_, **__: (_ for _ in ()).throw(error))
    with refused(ExportFailed, "labels.csv could not be written", "Permission", "permission"):
        learner.export(tmp_path / "labels.csv")


def test_a_folder_that_is_not_there_is_told(learner, tmp_path):
    with refused(InvalidInput, "must exist", "missing", "mkdir -p"):
        learner.export(tmp_path / "missing" / "labels.csv")


def test_content_that_is_no_text_is_told(tmp_path):
    learner = make_learner(make_pool(content=["\ud800"] * 12))
    learner.label("1", "a")
    with refused(InvalidInput, "UTF-8", "ud800", "Mend"):
        learner.export(tmp_path / "labels.json")
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_is_killed_leaves_what_was_there(learner, tmp_path):
    learner.label("1", "a")
    learner.export(tmp_path / "labels.csv")
    before = (tmp_path / "labels.csv").read_bytes()
    kernel = Kernel(_export_for_long, tmp_path / "labels.csv")
    assert next(iter(kernel)) == "writing"
    kernel.kill()
    kernel.wait()
    assert (tmp_path / "labels.csv").read_bytes() == before


_FILLED = """
import resource, sys
from export_parts import spread
from unit_parts import make_learner, make_pool
from al_widgets.exceptions import ExportFailed
learner = make_learner(make_pool(50_000))
some = spread(learner)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    learner.export(sys.argv[1], propagation=some)
except ExportFailed as error:
    print("ExportFailed", error)
"""


def _export_for_long(tell, path):
    learner = ActiveLearner(Pool(np.zeros((3_000_000, 1))), classes=["a", "b"])
    some = spread(learner)
    good = _csv.as_cells

    def cells(labels, row):
        if row.item == "50000":
            tell("writing")
        return good(labels, row)

    _csv.as_cells = cells
    learner.export(path, propagation=some, overwrite=True)
