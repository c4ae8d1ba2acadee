"""`learner.export`: what is written, where, and what is refused; nothing is half written."""

from __future__ import annotations

import csv
import json
import sys

import numpy as np
import pandas as pd
import pytest
from export_parts import pictures, spread
from unit_parts import CLASSES, blobs, events, make_learner, make_pool, refused

from al_widgets import Pool, SimulatedOracle
from al_widgets.events import Labeled
from al_widgets.exceptions import InvalidInput, MissingExtra

FORMATS = ["csv", "parquet", "jsonl", "label-studio", "prodigy", "folder"]


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def painted(**arguments):
    return make_learner(Pool(pictures()), **arguments)


class TestRows:
    def test_each_says_who_when_how_long_and_why(self, learner, tmp_path):
        asked = learner.query()
        learner.label(asked.ids[0], "b", seconds=2.5, id="click")
        learner.export(tmp_path / "labels.csv")
        [row] = rows(tmp_path / "labels.csv")
        [event] = [e for e in events(learner.store) if isinstance(e, Labeled)]
        assert pd.Timestamp(row.pop("time")).timestamp() == pytest.approx(event.time, abs=1e-6)
        assert row == {
            "item": asked.ids[0],
            "label": "b",
            "annotator": "me",
            "seconds": "2.5",
            "source": "human",
            "strategy": asked.strategy,
            "round": "0",
            "confidence": "1.0",
            "event": "click",
        }

    def test_times_are_iso_8601_in_utc(self, learner, tmp_path):
        learner.log.record(Labeled(annotator="me", item="1", label="a", time=1e9))
        learner.export(tmp_path / "labels.csv")
        assert rows(tmp_path / "labels.csv")[0]["time"] == "2001-09-09T01:46:40.000000+00:00"

    def test_several_annotators_of_an_item_have_a_row_each(self, learner, tmp_path):
        learner.label("1", "a")
        learner.log.record(Labeled(annotator="ann", item="1", label="b"))
        learner.export(tmp_path / "labels.csv")
        said = [(row["annotator"], row["label"]) for row in rows(tmp_path / "labels.csv")]
        assert said == [("me", "a"), ("ann", "b")]

    def test_only_what_stands_is_written_in_the_order_of_answering(self, learner, tmp_path):
        learner.label("5", "a")
        learner.label("1", "a")
        learner.label("5", "b")
        learner.skip("2")
        learner.label("3", "a")
        learner.undo()
        learner.export(tmp_path / "labels.csv")
        said = [(row["item"], row["label"]) for row in rows(tmp_path / "labels.csv")]
        assert said == [("1", "a"), ("5", "b")]

    @pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
    @pytest.mark.parametrize("name", FORMATS[:-1])
    def test_a_duration_that_is_none_is_left_out(self, learner, tmp_path, name, seconds):
        learner.label("1", "a", seconds=seconds)
        learner.export(tmp_path / "labels", format=name)
        assert make_learner().import_labels(tmp_path / "labels", format=name).n_imported == 1

    def test_a_learner_without_labels_writes_none(self, learner, tmp_path):
        for name in FORMATS:
            learner.export(tmp_path / name, format=name)
            assert learner.import_labels(tmp_path / name, format=name).n_imported == 0

    def test_parquet_has_types(self, learner, tmp_path):
        learner.label("1", "a", seconds=2)
        learner.export(tmp_path / "labels.parquet")
        frame = pd.read_parquet(tmp_path / "labels.parquet")
        assert frame["time"].dtype == "datetime64[us, UTC]"
        assert (frame["seconds"][0], frame["confidence"][0]) == (2.0, 1.0)
        assert frame["strategy"].isna().all()

    def test_jsonl_has_null_where_something_is_missing(self, learner, tmp_path):
        learner.label("1", "a")
        learner.export(tmp_path / "labels.jsonl")
        row = json.loads((tmp_path / "labels.jsonl").read_text())
        assert (row["item"], row["seconds"], row["strategy"]) == ("1", None, None)


class TestPropagation:
    def test_every_item_is_written_in_the_order_of_the_pool(self, learner, tmp_path):
        learner.label("5", "b")
        learner.export(tmp_path / "labels.csv", propagation=spread(learner))
        table = rows(tmp_path / "labels.csv")
        assert [row["item"] for row in table] == list(learner.pool.ids)
        assert {row["label"] for row in table if row["item"] != "5"} == {"a"}
        assert (table[5]["label"], table[5]["source"], table[5]["confidence"]) == (
            "b", "human", "1.0"
        )  # fmt: skip

    def test_a_propagated_row_has_its_confidence_and_nobody_said_it(self, learner, tmp_path):
        learner.export(tmp_path / "labels.csv", propagation=spread(learner))
        row = rows(tmp_path / "labels.csv")[1]
        assert (row["source"], row["confidence"]) == ("propagated", "0.090909")
        assert not any(row[name] for name in ("annotator", "time", "strategy", "event"))

    def test_a_withheld_label_is_empty(self, learner, tmp_path):
        learner.export(tmp_path / "labels.csv", propagation=spread(learner, threshold=0.5))
        table = rows(tmp_path / "labels.csv")
        assert [row["label"] for row in table] == [""] * 6 + ["a"] * 6
        assert table[0]["source"] == "propagated"
        assert table[0]["confidence"] == "0.0"

    def test_an_answer_that_was_given_since_counts(self, learner, tmp_path):
        before = spread(learner)
        learner.label("3", "c")
        learner.export(tmp_path / "labels.csv", propagation=before)
        row = rows(tmp_path / "labels.csv")[3]
        assert (row["label"], row["source"]) == ("c", "human")

    def test_an_answer_that_was_taken_back_since_does_not(self, learner, tmp_path):
        learner.label("3", "c")
        before = spread(learner)
        learner.undo()
        learner.export(tmp_path / "labels.csv", propagation=before)
        row = rows(tmp_path / "labels.csv")[3]
        assert (row["label"], row["source"], row["confidence"]) == ("", "", "")

    def test_a_skipped_item_has_its_propagated_label(self, learner, tmp_path):
        learner.skip("3")
        learner.export(tmp_path / "labels.csv", propagation=spread(learner))
        assert len(rows(tmp_path / "labels.csv")) == 12
        assert rows(tmp_path / "labels.csv")[3]["source"] == "propagated"

    @pytest.mark.parametrize("name", FORMATS)
    def test_what_a_model_said_is_not_imported(self, tmp_path, name):
        learner = painted()
        learner.label("5", "b")
        some = spread(learner, threshold=0.5)
        learner.export(tmp_path / "labels", format=name, propagation=some)
        result = painted().import_labels(tmp_path / "labels", format=name)
        assert result.n_imported == 1
        assert result.n_propagated + result.n_empty == 11

    def test_what_propagate_returns_is_written_as_it_is(self, tmp_path):
        X, y = blobs(60)
        learner = make_learner(Pool(X), budget=20)
        learner.teach(SimulatedOracle(np.array(CLASSES)[y]), n=15)
        free = next(i for i in learner.pool.ids if i not in set(learner.labels["item"]))
        (tmp_path / "in.csv").write_text(f"item,label\n{free},{CLASSES[y[int(free)]]}\n")
        assert learner.import_labels(tmp_path / "in.csv").n_imported == 1
        found = learner.propagate(threshold=0.9)
        learner.export(tmp_path / "labels.csv", propagation=found)
        table, frame = rows(tmp_path / "labels.csv"), found.to_frame(support=False)
        assert {"human", "imported", "propagated"} == set(frame["source"])
        for column in ("item", "label", "source"):
            assert [row[column] for row in table] == frame[column].fillna("").tolist()
        confidence = [float(row["confidence"]) for row in table]
        assert np.allclose(confidence, frame["confidence"], atol=1e-6)

    def test_it_is_of_the_same_pool(self, learner, tmp_path):
        other = spread(make_learner(make_pool(9)))
        with refused(InvalidInput, "of the learner's pool", "9 items", "learner.propagate()"):
            learner.export(tmp_path / "labels.csv", propagation=other)

    def test_it_is_of_the_same_classes(self, learner, tmp_path):
        other = spread(learner, classes=("a", "b"))
        with refused(InvalidInput, "of the learner's classes", "('a', 'b')", "propagate()"):
            learner.export(tmp_path / "labels.csv", propagation=other)

    def test_a_table_is_none(self, learner, tmp_path):
        with refused(InvalidInput, "must be a Propagation", "DataFrame", "propagate()"):
            learner.export(tmp_path / "labels.csv", propagation=learner.labels)


class TestFormat:
    @pytest.mark.parametrize(
        ("name", "start"),
        [("x.csv", b"item,label"), ("x.CSV", b"item,label"), ("x.parquet", b"PAR1"),
         ("x.jsonl", b'{"item"'), ("x.json", b"[\n{")],
    )  # fmt: skip
    def test_the_ending_tells_it(self, learner, tmp_path, name, start):
        learner.label("1", "a")
        learner.export(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(start)
        assert make_learner().import_labels(tmp_path / name).n_imported == 1

    def test_a_name_without_ending_is_a_folder(self, tmp_path):
        learner = painted()
        learner.label("1", "a")
        learner.export(tmp_path / "labels")
        assert (tmp_path / "labels" / "a" / "1.png").is_file()
        assert painted().import_labels(tmp_path / "labels").n_imported == 1

    def test_it_may_be_forced(self, learner, tmp_path):
        learner.label("1", "a")
        learner.export(str(tmp_path / "labels.txt"), format="csv")
        assert rows(tmp_path / "labels.txt")[0]["item"] == "1"

    @pytest.mark.parametrize("method", ["export", "import_labels"])
    def test_an_unknown_ending_is_told_those_that_are_known(self, learner, tmp_path, method):
        with refused(InvalidInput, "ending of the name", "'x.xlsx'", ".json (label-studio)"):
            getattr(learner, method)(tmp_path / "x.xlsx")

    @pytest.mark.parametrize("method", ["export", "import_labels"])
    def test_an_unknown_format_is_told_those_that_are_known(self, learner, tmp_path, method):
        with refused(InvalidInput, "that are known", "'excel'", "'csv', 'parquet', 'jsonl'"):
            getattr(learner, method)(tmp_path / "x.csv", format="excel")

    @pytest.mark.parametrize("path", [None, 3, ""])
    def test_what_is_no_path_is_refused(self, learner, path):
        with refused(InvalidInput, "must be a path", repr(path), "labels.csv"):
            learner.export(path)

    @pytest.mark.parametrize("method", ["export", "import_labels"])
    def test_without_pyarrow_it_is_said_how_to_install_it(
        self, learner, tmp_path, monkeypatch, method
    ):
        (tmp_path / "there.parquet").touch()
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        name = "there.parquet" if method == "import_labels" else "new.parquet"
        with refused(MissingExtra, "pyarrow", "pyarrow", 'pip install "al_widgets[parquet]"'):
            getattr(learner, method)(tmp_path / name)
        assert [file.name for file in tmp_path.iterdir()] == ["there.parquet"]


class TestOverwriting:
    @pytest.mark.parametrize("name", ["labels.csv", "labels.parquet", "labels"])
    def test_what_is_there_stays_unless_it_is_wanted_otherwise(self, tmp_path, name):
        learner = painted()
        learner.label("1", "a")
        learner.export(tmp_path / name)
        learner.label("2", "b")
        with refused(InvalidInput, "does not replace", name, "overwrite=True"):
            learner.export(tmp_path / name)
        assert painted().import_labels(tmp_path / name).n_imported == 1
        learner.export(tmp_path / name, overwrite=True)
        assert painted().import_labels(tmp_path / name).n_imported == 2
        assert [file.name for file in tmp_path.iterdir()] == [name]

    def test_a_file_does_not_replace_a_folder(self, learner, tmp_path):
        (tmp_path / "labels").mkdir()
        with refused(InvalidInput, "overwrites only a file", "is a folder", "another name"):
            learner.export(tmp_path / "labels", format="csv", overwrite=True)

    def test_a_folder_does_not_replace_a_file(self, learner, tmp_path):
        (tmp_path / "labels").write_text("mine")
        with refused(InvalidInput, "overwrites only a folder", "is a file", "another name"):
            learner.export(tmp_path / "labels", overwrite=True)
        assert (tmp_path / "labels").read_text() == "mine"

    def test_a_label_store_is_never_replaced(self, sqlite_path):
        learner = make_learner(store=sqlite_path)
        learner.label("1", "a")
        with refused(InvalidInput, "never overwrites a database", str(sqlite_path), "another"):
            learner.export(sqlite_path, format="csv", overwrite=True)
        assert len(learner.labels) == 1

    def test_a_link_is_followed(self, learner, tmp_path):
        (tmp_path / "real.csv").touch()
        (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
        learner.export(tmp_path / "link.csv", overwrite=True)
        assert (tmp_path / "link.csv").is_symlink()
        assert (tmp_path / "real.csv").stat().st_size
