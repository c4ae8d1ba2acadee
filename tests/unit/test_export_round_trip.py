"""What was written is what is read, whatever the ids, classes and annotators are called."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from export_parts import NASTY, answers, names, pictures, texts, written_and_read
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from unit_parts import make_learner, make_pool

from al_widgets import ActiveLearner
from al_widgets.events import Labeled, Skipped
from al_widgets.export._names import FileNames, text_of
from al_widgets.export._rows import as_row

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FILES = ["csv", "parquet", "jsonl", "label-studio", "prodigy"]


def grouped(rows):
    """The rows with those of an item together, items in the order of their first."""
    order = list(dict.fromkeys(row.item for row in rows))
    return sorted(rows, key=lambda row: order.index(row.item))


def rows_read(labels, name):
    with tempfile.TemporaryDirectory() as folder:
        found = written_and_read(labels, Path(folder, "labels"), name)
    assert not [one.problem for one in found if one.problem]
    return [as_row(one.fields) for one in found]


@pytest.mark.parametrize("name", ["csv", "parquet", "jsonl"])
@QUICK
@given(labels=answers())
def test_a_table_holds_the_rows_as_they_are(name, labels):
    assert rows_read(labels, name) == labels.said


@pytest.mark.parametrize("name", ["label-studio", "prodigy"])
@QUICK
@given(labels=answers())
def test_tasks_hold_the_rows_item_by_item(name, labels):
    assert rows_read(labels, name) == grouped(labels.said)


@QUICK
@given(labels=answers(content=pictures))
def test_a_folder_holds_the_rows_item_by_item(labels):
    assert rows_read(labels, "folder") == grouped(labels.said)


@pytest.mark.parametrize("name", FILES)
@QUICK
@given(labels=answers(content=pictures))
def test_pictures_change_nothing_about_that(name, labels):
    assert grouped(rows_read(labels, name)) == grouped(labels.said)


@given(name=texts)
def test_a_file_name_is_one_name_and_can_be_turned_back(name):
    given_ = FileNames().give(name)
    assert not set(given_) & set('/\\:*?"<>|\0\n')
    assert given_ not in {"", ".", ".."}
    assert len(given_.encode()) <= 255
    if len(name) < 20:
        assert text_of(given_) == name


@given(texts=st.lists(texts, unique=True))
@example(texts=NASTY)
@example(texts=[*NASTY[::-1]])
def test_file_names_differ_also_where_case_does_not_count(texts):
    shelf = FileNames()
    given_ = [shelf.give(text) for text in texts]
    assert len({name.casefold() for name in given_}) == len(texts)


class TestALearner:
    """From the log of one learner into that of another."""

    CLASSES = ("NA", "=SUM(A1)", "1", "with, comma", "日本")

    def learner(self):
        pool = make_pool(ids=["007", "", "a/b", "..", *(f"item {i}" for i in range(8))])
        return ActiveLearner(pool, classes=self.CLASSES, budget=12, batch_size=3, validation=0.25)

    @pytest.fixture
    def worked(self):
        learner = self.learner()
        for item, label in zip(learner.query(), self.CLASSES, strict=False):
            learner.label(item, label, seconds=1.25)
        free = [i for i in learner.pool.ids if i not in set(learner.labels["item"])]
        learner.label_many(free[:4], "NA")
        learner.skip(free[5])
        learner.log.record(
            Labeled(annotator='ann "the" hand', item="007", label="1", time=1e9),
            Labeled(annotator="bob", item="007", label="1", time=1e9 + 0.25),
            Skipped(annotator="bob", item="a/b"),
        )
        return learner

    @pytest.mark.parametrize("name", FILES)
    def test_every_label_comes_back_with_where_it_came_from(self, worked, tmp_path, name):
        worked.export(tmp_path / "labels", format=name)
        again = self.learner()
        result = again.import_labels(tmp_path / "labels", format=name)
        columns = ["item", "annotator", "label", "seconds", "strategy", "round"]
        ours, theirs = (
            one.labels.sort_values(["item", "annotator"]).reset_index(drop=True)
            for one in (worked, again)
        )
        assert result.n_imported == len(ours)
        assert ours[columns].equals(theirs[columns])
        assert ((ours["time"] - theirs["time"]).abs().dt.total_seconds() < 2e-6).all()
        assert set(theirs["source"]) == {"imported"}
        with worked.log.current() as one, again.log.current() as other:
            assert one.labels == other.labels
            assert one.training_labels() == other.training_labels()
            assert one.validation_labels() == other.validation_labels()
        assert again.budget.spent == 0

    @pytest.mark.parametrize("name", FILES)
    def test_a_file_that_is_imported_twice_is_imported_once(self, worked, tmp_path, name):
        worked.export(tmp_path / "labels", format=name)
        again = self.learner()
        first = again.import_labels(tmp_path / "labels", format=name)
        before = list(again.store.read())
        second = again.import_labels(tmp_path / "labels", format=name)
        assert (second.n_imported, second.n_known) == (0, first.n_imported)
        assert [e for e in again.store.read() if isinstance(e[1], Labeled)] == [
            e for e in before if isinstance(e[1], Labeled)
        ]

    @pytest.mark.parametrize("name", FILES)
    def test_into_the_log_that_it_came_from_nothing_is_imported(self, worked, tmp_path, name):
        worked.export(tmp_path / "labels", format=name)
        result = worked.import_labels(tmp_path / "labels", format=name)
        assert (result.n_imported, result.n_known) == (0, len(worked.labels))

    def test_what_was_undone_since_comes_back(self, tmp_path):
        learner = make_learner()
        learner.label("1", "a")
        learner.export(tmp_path / "labels.csv")
        learner.undo()
        assert learner.import_labels(tmp_path / "labels.csv").n_imported == 1
        assert learner.labels["source"].tolist() == ["imported"]


@QUICK
@given(annotator=names, data=st.data())
def test_an_annotator_of_any_name_is_imported_under_it(annotator, data):
    learner = make_learner(annotator=annotator)
    learner.label("1", data.draw(st.sampled_from(["a", "b"])))
    with tempfile.TemporaryDirectory() as folder:
        learner.export(Path(folder, "labels.csv"))
        again = make_learner()
        again.import_labels(Path(folder, "labels.csv"))
    assert again.labels["annotator"].tolist() == [annotator]
