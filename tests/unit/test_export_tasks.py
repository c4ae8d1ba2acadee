"""Tasks for Label Studio and Prodigy: in their documented form, and back after work done there."""

from __future__ import annotations

import base64
import json
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from export_parts import NASTY, pictures, pool_of, spread
from unit_parts import make_learner, make_pool, refused

from al_widgets import Pool
from al_widgets.events import Labeled
from al_widgets.exceptions import ImportRefused
from al_widgets.export import labeling_config

CONTENT = {
    "text": ["some text"] * 12,
    "image": pictures(),
    "cells": pd.DataFrame({"size": range(12), "name": ["x"] * 12}),
}


def worked(kind="text"):
    """One label by hand, one skip, one by somebody else."""
    learner = make_learner(make_pool(content=CONTENT[kind]))
    learner.label("1", "a", seconds=2.5, id="click")
    learner.skip("2")
    learner.log.record(Labeled(annotator="ann", item="1", label="b", time=1e9))
    return learner


class TestLabelStudio:
    def exported(self, tmp_path, learner, **arguments):
        learner.export(tmp_path / "tasks.json", **arguments)
        return json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))

    def back(self, tmp_path, tasks, learner=None):
        learner = learner or make_learner()
        (tmp_path / "back.json").write_text(json.dumps(tasks), encoding="utf-8")
        result = learner.import_labels(tmp_path / "back.json")
        return result, learner.labels

    def test_a_task_has_an_annotation_for_each_annotator(self, tmp_path):
        first, second = self.exported(tmp_path, worked())
        assert first["data"] == {"item": "1", "text": "some text"}
        [mine, anns] = first["annotations"]
        assert mine["result"][0] == {
            "id": "al_widgets-0",
            "from_name": "label",
            "to_name": "content",
            "type": "choices",
            "value": {"choices": ["a"]},
        }
        assert (mine["lead_time"], mine["was_cancelled"]) == (2.5, False)
        assert anns["created_at"] == "2001-09-09T01:46:40.000000+00:00"
        assert second["annotations"][0]["was_cancelled"]
        assert second["annotations"][0]["result"] == []

    def test_no_user_of_label_studio_is_named(self, tmp_path):
        """It refuses tasks that name one whom it does not know."""
        for task in self.exported(tmp_path, worked()):
            assert all("completed_by" not in annotation for annotation in task["annotations"])

    def test_a_propagated_label_is_a_prediction_with_its_confidence(self, tmp_path):
        learner = worked()
        tasks = self.exported(tmp_path, learner, propagation=spread(learner, threshold=0.5))
        assert [len(task["predictions"]) for task in tasks] == [0] * 6 + [1] * 6
        [prediction] = tasks[11]["predictions"]
        assert (prediction["model_version"], prediction["score"]) == ("al_widgets", 1.0)
        assert prediction["result"][0]["value"] == {"choices": ["a"]}

    def test_a_picture_is_in_the_file(self, tmp_path):
        learner = worked("image")
        [task, _] = self.exported(tmp_path, learner)
        head, _, data = task["data"]["image"].partition(",")
        assert head == "data:image/png;base64"
        assert base64.b64decode(data) == learner.pool.content.card(1)["bytes"]

    def test_a_text_is_whole(self, tmp_path):
        learner = make_learner(make_pool(content=["long " * 10_000] * 12))
        learner.label("1", "a")
        [task] = self.exported(tmp_path, learner)
        assert len(task["data"]["text"]) == 50_000

    def test_a_row_has_its_cells(self, tmp_path):
        [task, _] = self.exported(tmp_path, worked("cells"))
        assert task["data"]["cells"] == {"size": "1", "name": "x"}

    @pytest.mark.parametrize(
        ("kind", "tag"), [("text", "Text"), ("image", "Image"), ("cells", "Table")]
    )
    def test_the_interface_fits_the_tasks(self, tmp_path, kind, tag):
        learner = worked(kind)
        classes = [name for name in NASTY if name]
        view = ET.fromstring(labeling_config(learner.pool, classes))
        shown, choices = view
        [task, _] = self.exported(tmp_path, learner)
        assert (shown.tag, shown.get("name")) == (tag, "content")
        assert shown.get("value").removeprefix("$") in task["data"]
        assert (choices.get("name"), choices.get("toName")) == ("label", "content")
        assert [choice.get("value") for choice in choices] == classes

    def test_what_was_annotated_there_is_imported(self, tmp_path):
        """As its JSON export has it: users by id or in full, cancelled ones among them."""

        def annotation(label, **fields):
            result = {"id": "x", "from_name": "sentiment", "to_name": "text", "type": "choices",
                      "value": {"choices": [label]}}  # fmt: skip
            given = {"id": 7, "created_at": "2001-09-09T01:46:40.5Z", "lead_time": 4.5,
                     "was_cancelled": False, "result": [result]}  # fmt: skip
            return {**given, **fields}

        user = {"id": 3, "email": "ann@example.org", "first_name": "Ann"}
        tasks = [
            {"id": 1, "data": {"item": "1", "text": ""}, "predictions": [], "annotations": [
                annotation("a", completed_by=1), annotation("b", completed_by=user),
                annotation("c", completed_by=2, was_cancelled=True)]},
            {"id": 2, "data": {"item": 2}, "annotations": [annotation("c")]},
            {"id": 3, "data": {"item": "3"}, "annotations": [], "predictions": []},
        ]  # fmt: skip
        result, labels = self.back(tmp_path, tasks)
        assert (result.n_imported, result.n_empty) == (3, 2)
        assert labels[["item", "annotator", "label", "seconds"]].to_numpy().tolist() == [
            ["1", "1", "a", 4.5], ["1", "ann@example.org", "b", 4.5], ["2", "imported", "c", 4.5]
        ]  # fmt: skip
        assert labels["time"][0].timestamp() == 1e9 + 0.5

    def test_ours_that_was_changed_there_is_theirs(self, tmp_path):
        tasks = self.exported(tmp_path, worked())
        mine, anns = tasks[0]["annotations"]
        mine.update(completed_by=5, created_at="2020-01-01T00:00:00Z")
        mine["result"][0]["value"]["choices"] = ["c"]
        anns["completed_by"] = 5
        _, labels = self.back(tmp_path, tasks)
        said = labels[["annotator", "label"]].to_numpy().tolist()
        assert said == [["5", "c"], ["ann", "b"]]

    @pytest.mark.parametrize(
        ("task", "words"),
        [
            ({"data": {"text": ""}, "id": 1}, 'no "item"'),
            ({"id": 1}, "no task of Label Studio"),
            (3, "no task of Label Studio"),
            ({"data": {"item": "1"}, "annotations": [3]}, "no task of Label Studio"),
            ({"data": {"item": "1"}, "annotations": [{"result": [
                {"type": "choices", "value": {"choices": ["a", "b"]}}]}]}, "several choices"),
        ],
    )  # fmt: skip
    def test_a_task_that_cannot_be_read_is_told(self, tmp_path, task, words):
        good = {"data": {"item": "1"}, "annotations": []}
        with pytest.raises(ImportRefused, match=words) as caught:
            self.back(tmp_path, [good, task])
        assert caught.value.problems[0].where == "task 2"

    def test_what_is_no_list_of_tasks_is_refused(self, tmp_path):
        with refused(ImportRefused, "readable", "a JSON dict", "list of tasks"):
            self.back(tmp_path, {"data": {}})


class TestProdigy:
    def exported(self, tmp_path, learner, **arguments):
        learner.export(tmp_path / "tasks.jsonl", format="prodigy", **arguments)
        return [json.loads(line) for line in (tmp_path / "tasks.jsonl").open(encoding="utf-8")]

    def back(self, tmp_path, *tasks):
        learner = make_learner()
        (tmp_path / "back.jsonl").write_text("\n".join(map(json.dumps, tasks)))
        result = learner.import_labels(tmp_path / "back.jsonl", format="prodigy")
        return result, learner.labels

    def test_an_answer_is_a_choice_that_was_accepted(self, tmp_path):
        [mine, anns, skipped] = self.exported(tmp_path, worked())
        time = mine["meta"].pop("time")
        assert mine == {
            "text": "some text",
            "options": [{"id": name, "text": name} for name in "abc"],
            "accept": ["a"],
            "answer": "accept",
            "meta": {"item": "1", "label": "a", "seconds": 2.5, "source": "human",
                     "confidence": 1.0, "event": "click"},
            "_annotator_id": "me",
            "_timestamp": int(pd.Timestamp(time).timestamp()),
            "_view_id": "choice",
        }  # fmt: skip
        assert (anns["_annotator_id"], anns["_timestamp"]) == ("ann", 1_000_000_000)
        assert (skipped["answer"], skipped["accept"]) == ("ignore", [])

    def test_a_propagated_label_is_a_choice_made_beforehand(self, tmp_path):
        learner = make_learner()
        tasks = self.exported(tmp_path, learner, propagation=spread(learner, threshold=0.5))
        assert not any("answer" in task for task in tasks)
        assert [task["accept"] for task in tasks] == [[]] * 6 + [["a"]] * 6
        assert tasks[11]["meta"] == {
            "item": "11", "label": "a", "source": "propagated", "confidence": 1.0
        }  # fmt: skip

    def test_a_picture_is_in_the_file_and_a_row_is_text(self, tmp_path):
        assert self.exported(tmp_path, worked("image"))[0]["image"].startswith("data:image/png")
        (tmp_path / "tasks.jsonl").unlink()
        assert self.exported(tmp_path, worked("cells"))[0]["text"] == "size: 1\nname: x"

    def test_what_was_annotated_there_is_imported(self, tmp_path):
        result, labels = self.back(
            tmp_path,
            {"text": "", "meta": {"item": "1"}, "accept": ["a"], "answer": "accept",
             "_annotator_id": "set-ann", "_timestamp": 1_000_000_000},
            {"text": "", "meta": {"id": 2}, "label": "b", "answer": "accept"},
            {"text": "", "id": "3", "label": "b", "answer": "reject", "_session_id": "s"},
            {"text": "", "item": "4", "accept": ["c"], "answer": "ignore"},
            {"text": "", "meta": {"item": "5"}, "accept": [], "answer": "accept"},
        )  # fmt: skip
        assert (result.n_imported, result.n_empty) == (2, 3)
        assert labels[["item", "annotator", "label"]].to_numpy().tolist() == [
            ["1", "set-ann", "a"], ["2", "imported", "b"]
        ]  # fmt: skip
        assert labels["time"][0].timestamp() == 1e9

    def test_a_propagated_label_that_was_accepted_there_is_an_answer(self, tmp_path):
        learner = make_learner()
        [*_, task] = self.exported(tmp_path, learner, propagation=spread(learner))
        task.update(answer="accept", _annotator_id="ann", _timestamp=1_000_000_000)
        _, labels = self.back(tmp_path, task)
        assert labels[["item", "annotator", "label"]].to_numpy().tolist() == [["11", "ann", "a"]]

    def test_an_answer_that_was_given_anew_there_has_nothing_of_the_old_one(self, tmp_path):
        [task, *_] = self.exported(tmp_path, worked())
        task.update(_annotator_id="eve", _timestamp=1_000_000_007)
        _, labels = self.back(tmp_path, task)
        assert labels["seconds"].isna().all()
        assert labels["time"][0].timestamp() == 1e9 + 7

    @pytest.mark.parametrize(
        ("task", "words"),
        [
            ({"text": "", "answer": "accept"}, 'no "item"'),
            (3, "no task of Prodigy"),
            ({"meta": 3}, "no task of Prodigy"),
            ({"meta": {"item": "1"}, "answer": "accept", "accept": ["a", "b"]}, "several choices"),
        ],
    )
    def test_a_task_that_cannot_be_read_is_told(self, tmp_path, task, words):
        with pytest.raises(ImportRefused, match=words) as caught:
            self.back(tmp_path, {"meta": {"item": "1"}}, task)
        assert caught.value.problems[0].where == "line 2"


def test_a_pool_that_has_only_features_is_exported_with_them(tmp_path):
    learner = make_learner(Pool(np.eye(12)))
    learner.label("1", "a")
    learner.export(tmp_path / "tasks.json")
    [task] = json.loads((tmp_path / "tasks.json").read_text())
    assert task["data"]["cells"]["feature 1"] == "1"
    assert "$cells" in labeling_config(pool_of(["x"]), ["a", "b"])
