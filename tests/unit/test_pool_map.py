"""The map's Python half: what it tells a browser, and what it does with what it hears."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PIL import Image
from sklearn.linear_model import LogisticRegression
from unit_parts import events, refused, settled

from al_widgets import ActiveLearner, Pool, PoolMap
from al_widgets.coloring import MODES
from al_widgets.events import Asked, LabeledMany
from al_widgets.exceptions import InvalidInput
from al_widgets.geometry import _apart
from al_widgets.widgets import pool_map
from al_widgets.widgets._selection import SAMPLE

N_GROUPS, A_GROUP = 12, 25
N = N_GROUPS * A_GROUP
PLACES = np.random.default_rng(1).normal(size=(N, 2))

# A process that needs no compiler: it turns the plane that it starts from by a right angle.
TURN = """
import sys
from pathlib import Path
import numpy as np
folder = Path(sys.argv[2])
start = np.load(folder / "start.npy")
np.save(folder / "coordinates.npy", np.stack([-start[:, 1], start[:, 0]], axis=1))
"""


class Map(PoolMap):
    """Keeps what it sends: messages with their buffers, and the names of the traits."""

    def __init__(self, learner, **arguments):
        self.sent, self.traits_sent = [], []
        super().__init__(learner, **arguments)

    def send(self, content, buffers=None):
        self.sent.append((content, buffers))

    def _send(self, message, buffers=None):
        self.traits_sent.append((*message.get("state", ()),))
        super()._send(message, buffers)

    def hear(self, content, *buffers):
        """Take a message as if it came from a browser; return the answers when all is done."""
        self.sent.clear()
        self._heard(self, content, list(buffers))
        return self.rest().sent

    def rest(self):
        """Wait until nothing is being done."""
        self._acting.submit(int).result(60)
        end = time.monotonic() + 60
        workers = (self._worker, self._marking, self._selecting, self._hovering)
        while any(worker.pending for worker in workers) or self._learner.is_training:
            assert time.monotonic() < end
            time.sleep(0.005)
        return self

    def select(self, positions, serial="one"):
        """Select items as a lasso does; return what is said of them."""
        mask = np.zeros(len(self._learner.pool), dtype=bool)
        mask[list(positions)] = True
        bits = np.packbits(mask, bitorder="little").tobytes()
        self.hear({"type": "select", "serial": serial}, memoryview(bits))
        return self._preview

    def act(self, kind, id="act", **more):  # noqa: A002
        """Do something; return the one answer."""
        ((answer, _),) = self.hear({"type": kind, "id": id, **more})
        assert answer["act"] == id
        return answer


@pytest.fixture(autouse=True)
def _restless(monkeypatch):
    monkeypatch.setattr(pool_map, "_REST", 0.0)
    monkeypatch.setattr(pool_map, "_MARKED", 0.0)


def grouped_pool(**arguments):
    """Twelve far groups of 25 items, on a map of their own unless that is None."""
    rng = np.random.default_rng(0)
    centers = 20 * rng.normal(size=(N_GROUPS, 3))
    X = np.repeat(centers, A_GROUP, axis=0) + rng.normal(size=(N, 3))
    return Pool(X, **{"map": PLACES, **arguments})


def grouped_learner(**arguments):
    given = {"budget": 60, "batch_size": 4, "validation": None, "model": LogisticRegression()}
    given |= {"pool": grouped_pool(), "classes": list("abc"), **arguments}
    return ActiveLearner(**given)


def shown(learner, **arguments):
    """A map that somebody looks at, when all is drawn."""
    made = Map(learner, **arguments)
    learner.pool.geometry.prepare().result(60)
    made.hear({"type": "shown"})
    return made


@pytest.fixture
def learner():
    """Four groups have a label."""
    made = grouped_learner()
    for group in range(4):
        made.label(str(group * A_GROUP), "abc"[group % 3])
    made.retrain()
    yield made
    settled(made)


@pytest.fixture
def map_(learner):
    return shown(learner)


@pytest.fixture
def broken(tmp_path):
    """A learner whose pictures became unreadable after it was made."""
    path = tmp_path / "broken.png"
    Image.new("L", (8, 8)).save(path)
    made = grouped_learner(pool=grouped_pool(content=[path] * N))
    path.write_bytes(b"no picture")
    return made


def told(made):
    """All that is drawn."""
    names = ("_points", "_coloring", "_marks", "_regions", "_gaps", "_preview", "_error")
    return {name: getattr(made, name) for name in names}


def position(learner):
    """Where the log ends."""
    with learner.log.current() as state:
        return state.position


def coordinates(made):
    return np.frombuffer(made._points["xy"], "<u2").reshape(-1, 2).astype(int)


class TestDrawing:
    def test_nothing_is_computed_while_nobody_looks(self, learner):
        made = Map(learner)
        made.by = "coverage"
        learner.label("299", "a")
        assert made.rest()._coloring is None
        assert made._points is None
        assert not learner.pool.geometry.is_ready

    def test_when_nobody_looks_any_more_it_stops(self, map_, learner):
        map_.hear({"type": "hidden"})
        before = told(map_)
        learner.label("299", "a")
        map_.by = "order"
        assert told(map_.rest()) == before

    def test_who_looks_again_sees_how_things_stand(self, map_, learner):
        map_.hear({"type": "hidden"})
        learner.label("299", "a")
        map_.hear({"type": "shown"})
        assert len(map_._marks["codes"]) == 5

    def test_points_are_sent_once_for_a_layout(self, map_, learner):
        map_.traits_sent.clear()
        learner.label("299", "a")
        learner.retrain()
        map_.by = "uncertainty"
        map_.rest()
        assert ("_points",) not in map_.traits_sent
        assert {"_coloring"} <= {name for names in map_.traits_sent for name in names}

    def test_a_recolor_sends_one_byte_an_item_and_nothing_else(self, map_):
        for by in MODES[1:]:
            map_.traits_sent.clear()
            map_.by = by
            map_.rest()
            assert map_.traits_sent == [("by",), ("_coloring",)]
            assert map_._coloring["by"] == by
            assert len(map_._coloring["codes"]) == N

    def test_an_answer_is_marked_and_a_hole_goes(self, map_, learner):
        hole = map_._gaps[0]
        learner.label(hole["cards"][0]["id"], "abc"[int(hole["key"][0])])
        map_.rest()
        assert hole["key"] not in [gap["key"] for gap in map_._gaps]
        [region] = [one for one in map_._regions if one["key"] == hole["key"]]
        assert region["first"] == len(map_._marks["codes"]) == 5

    def test_holes_are_the_same_on_the_map_and_in_the_list(self, map_):
        holes = {region["key"] for region in map_._regions if region["first"] is None}
        assert holes == {gap["key"] for gap in map_._gaps}

    def test_the_plane_comes_at_once_and_umap_replaces_it(self, monkeypatch, tmp_path):
        script = tmp_path / "task.py"
        script.write_text(TURN)
        monkeypatch.setattr(_apart, "SCRIPT", script)
        learner = grouped_learner(pool=grouped_pool(map=None))
        made = Map(learner)
        learner.pool.geometry.prepare().result(60)
        made._views = 1
        made._worker.submit(made._draw).result(60)
        plane = coordinates(made)
        assert made._points["method"] == made._layout["method"] == "pca"
        assert made._layout["note"] == ""
        made.hear({"type": "shown"})
        learner.pool.geometry.prepare_map().result(60)
        made.rest()
        assert made._points["method"] == made._layout["method"] == "umap"
        assert coordinates(made).shape == plane.shape

    def test_a_map_of_one_s_own_is_drawn_as_it_is(self, map_):
        assert map_._layout["method"] == "given"
        found, wanted = coordinates(map_), PLACES * (1, -1)
        scale = 65_535 / np.ptp(wanted, axis=0).max()
        np.testing.assert_allclose(found - found[0], (wanted - wanted[0]) * scale, atol=1.1)

    def test_groups_that_come_while_it_is_drawn_are_drawn_too(self):
        class GroupsMeanwhile(LogisticRegression):
            def predict_proba(self, X):
                if len(X) == N:
                    pool.geometry.prepare().result(60)
                return super().predict_proba(X)

        pool = grouped_pool()
        learner = grouped_learner(pool=pool, model=GroupsMeanwhile())
        learner.label("0", "a")
        learner.label("25", "b")
        learner.retrain()
        made = Map(learner)
        made._views = 1  # without the listener that `shown` brings along
        made._worker.submit(made._draw)
        assert len(made.rest()._gaps) == 10

    def test_an_error_is_told_in_words_until_it_is_drawn_again(self, map_, learner, monkeypatch):
        def fail(*_arguments):
            raise MemoryError("no room")

        with monkeypatch.context() as patch:
            patch.setattr(pool_map, "color", fail)
            map_.by = "order"
            assert map_.rest()._error == "The map cannot be drawn. MemoryError: no room"
            assert map_._coloring["by"] == "class"
        learner.label("299", "a")
        assert map_.rest()._error == ""
        assert map_._coloring["by"] == "order"

    def test_an_error_goes_when_what_is_drawn_is_right_again(self, map_, monkeypatch):
        def fail(*_arguments):
            raise MemoryError("no room")

        with monkeypatch.context() as patch:
            patch.setattr(pool_map, "color", fail)
            map_.by = "order"
            assert map_.rest()._error
        map_.by = "class"
        assert map_.rest()._error == ""

    def test_a_broken_picture_hides_no_other_item(self, broken):
        made = shown(broken)
        assert made._error == ""
        assert "broken.png" in made._gaps[0]["cards"][0]["text"]
        assert "broken.png" in made.select([3])["cards"][0]["text"]


class TestNotes:
    def test_of_too_few_items_it_says_why_there_is_no_umap(self):
        made = shown(grouped_learner(pool=Pool(np.eye(3)), budget=4))
        assert "at least 4 items" in made._layout["note"]

    def test_of_items_that_are_all_the_same_it_says_so(self):
        made = shown(grouped_learner(pool=Pool(np.ones((40, 7)))))
        assert made._layout["note"] == "All items are the same, so all lie in one place."
        assert np.ptp(coordinates(made), axis=0).tolist() == [0, 0]

    def test_a_folder_that_cannot_be_written_is_said_once(self, tmp_path):
        (tmp_path / "file").touch()
        learner = grouped_learner()
        learner.pool.geometry.keep_in(tmp_path / "file" / "kept")
        with pytest.warns(RuntimeWarning, match="could not be kept"):
            made = shown(learner)
        assert made._layout["note"].count("could not be kept") == 1
        assert made._layout["note"].startswith("The geometry of the pool")

    def test_it_does_not_hide_how_far_umap_is(self, tmp_path):
        (tmp_path / "file").touch()
        learner = grouped_learner(pool=grouped_pool(map=None))
        learner.pool.geometry.keep_in(tmp_path / "file" / "kept")
        with pytest.warns(RuntimeWarning, match="could not be kept"):
            learner.pool.geometry.prepare().result(60)
        made = Map(learner)
        made._draw()
        assert made._layout["note"] == ""


class TestFewAndMany:
    @pytest.mark.parametrize("n", [1, 2, 3])
    def test_a_pool_of_very_few_items_is_a_map_too(self, n):
        made = shown(grouped_learner(pool=Pool(np.eye(n)), budget=4))
        assert made._error == ""
        assert (len(made._points["xy"]), len(made._coloring["codes"])) == (4 * n, n)
        assert made.select(range(n))["free"] == n
        assert made.act("label", serial="one", label="b")["said"].endswith("labeled b.")

    @pytest.mark.parametrize("n", [2, 30, 300])
    def test_every_class_is_counted_however_many_there_are(self, n):
        learner = grouped_learner(classes=range(n), budget=N)
        for k in range(n):
            learner.label(str(k), k)
        made = shown(learner)
        assert made._info["classes"][-1] == str(n - 1)
        assert len(made._marks["codes"]) == n
        assert sum(entry["n_labeled"] for entry in made._coloring["entries"]) == n
        assert len(made._coloring["entries"]) == min(n, 251)

    def test_classes_that_are_numbers_are_named_as_text(self):
        learner = grouped_learner(classes=[3, 7])
        made = shown(learner)
        made.select(range(5))
        assert made.act("label", serial="one", label="7")["said"] == "5 items labeled 7."
        assert learner.labels["label"].tolist() == [7] * 5

    def test_before_the_first_label_every_variation_is_a_hole(self):
        made = shown(grouped_learner())
        assert len(made._gaps) == N_GROUPS
        assert all(region["first"] is None for region in made._regions)
        assert made._coloring["note"].startswith("No model yet")
        assert made._marks["positions"] == b""

    def test_what_many_gaps_there_are_the_largest_are_listed(self, map_, learner):
        gaps = learner.coverage().gaps(24)
        assert [gap["words"] for gap in map_._gaps] == [
            f"about {gap.n_items} items, probably {gap.label}" for gap in gaps
        ]


class TestBy:
    def test_an_unknown_way_to_color_is_refused_with_the_choices(self, learner):
        with refused(InvalidInput, "way to color", "'size'", "'class', 'coverage'"):
            PoolMap(learner, by="size")

    @pytest.mark.parametrize("by", ["size", "", 3, None, ["class"], np.eye(2)])
    def test_so_it_is_when_it_is_assigned(self, map_, by):
        with refused(InvalidInput, "way to color", repr(by)[:80], "'class', 'coverage'"):
            map_.by = by
        assert map_.by == "class"

    def test_so_it_is_when_a_browser_sets_it(self, map_):
        with refused(InvalidInput, "way to color", "'size'", "'class', 'coverage'"):
            map_.set_state({"by": "size"})
        assert map_.by == "class"

    def test_it_may_be_given(self, learner):
        assert shown(learner, by="order")._coloring["by"] == "order"


class TestSelecting:
    def test_the_preview_says_what_is_in_it(self, map_):
        made = map_.select(range(50), "mine")
        assert made["serial"] == "mine"
        assert (made["n"], made["free"]) == (50, 48)
        assert made["given"] == [["a", 1], ["b", 1]]
        assert sum(n for _, n in made["guess"]) == 48

    def test_what_is_set_aside_for_validation_is_not_free(self):
        learner = grouped_learner(validation=0.2, budget=40)
        made = shown(learner).select(range(N))
        assert made["n"] - made["free"] == len(learner._chooser.reserve) == 10

    def test_the_sample_is_small_and_of_free_items(self, map_):
        sample = [int(card["id"]) for card in map_.select(range(20, 60))["cards"]]
        assert len(sample) == SAMPLE
        assert {*sample} <= {*range(20, 60)} - {25, 50}

    def test_labels_of_this_moment_are_counted(self, map_, learner):
        map_.hear({"type": "hidden"})
        learner.label("299", "c")
        assert map_.select([298, 299])["given"] == [["c", 1]]

    def test_a_hole_is_selected_and_its_items_are_sent(self, map_):
        hole = map_._gaps[0]["key"]
        ((answer, (bits,)),) = map_.hear({"type": "select_hole", "serial": "h", "hole": hole})
        assert answer == {"type": "selected", "serial": "h"}
        mask = np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little")[:N]
        assert mask.sum() == map_._preview["n"] == A_GROUP
        assert len({*(np.flatnonzero(mask) // A_GROUP)}) == 1

    def test_a_hole_that_got_a_label_meanwhile_is_said(self, map_, learner):
        gap = map_._gaps[0]
        learner.label(gap["cards"][0]["id"], "a")
        map_.rest()
        ((answer, _),) = map_.hear({"type": "select_hole", "serial": "h", "hole": gap["key"]})
        assert "got a label meanwhile" in answer["wrong"]
        assert "got a label meanwhile" in map_.act("ask_hole", gaps=[gap["key"]])["wrong"]
        assert map_._preview is None


class TestLabeling:
    def test_all_of_a_selection_are_labeled_in_one_step(self, map_, learner):
        sample = map_.select(range(20, 30))["cards"]
        answer = map_.act("label", serial="one", label="b")
        assert answer["said"] == "9 items labeled b."
        assert answer["undo"] == "act"
        [event] = [one for one in events(learner.store) if isinstance(one, LabeledMany)]
        assert event.seen == tuple(card["id"] for card in sample)

    def test_its_labels_are_marked_and_count_one_step(self, map_):
        map_.select(range(100, 110))
        map_.act("label", serial="one", label="b")
        marks = map_.rest()._marks
        assert np.frombuffer(marks["positions"], "<u4").tolist()[4:] == [*range(100, 110)]
        assert np.frombuffer(marks["spent"], "<u4").tolist() == [1, 2, 3, 4, *[5] * 10]

    def test_it_needs_the_sample_of_the_same_selection(self, map_, learner):
        before = position(learner)
        map_.select(range(10), "one")
        map_.select(range(20), "two")
        assert "Select the items again" in map_.act("label", serial="one", label="b")["wrong"]
        assert position(learner) == before

    def test_before_the_sample_is_made_nothing_is_labeled(self, map_, learner, monkeypatch):
        def fail(*_arguments):
            raise MemoryError("no room")

        before = position(learner)
        monkeypatch.setattr(pool_map, "preview", fail)
        map_.select(range(10))
        assert map_.sent[0][0]["wrong"] == "MemoryError: no room"
        assert "sample" in map_.act("label", serial="one", label="b")["wrong"]
        assert position(learner) == before

    def test_an_act_that_is_sent_twice_is_done_once(self, map_, learner):
        map_.select(range(100, 200))
        first = map_.act("label", serial="one", label="b")
        after = position(learner)
        assert map_.act("label", serial="one", label="b") == first
        assert position(learner) == after

    def test_with_nothing_to_label_there_is_nothing_to_undo(self, map_, learner):
        map_.select([0, 25])
        before = position(learner)
        answer = map_.act("label", serial="one", label="b")
        assert answer["said"].startswith("Nothing to label")
        assert answer["undo"] == ""
        assert position(learner) == before

    def test_an_unknown_class_is_refused(self, map_, learner):
        map_.select(range(10))
        before = position(learner)
        assert "one of the classes" in map_.act("label", serial="one", label="z")["wrong"]
        assert position(learner) == before

    def test_a_refused_act_may_be_tried_again(self, map_):
        assert map_.act("label", serial="one", label="b")["wrong"]
        map_.select([7])
        assert map_.act("label", serial="one", label="b")["said"] == "1 item labeled b."

    def test_with_the_budget_spent_it_is_told_and_nothing_changed(self):
        learner = grouped_learner(budget=4)
        for item in "0123":
            learner.label(item, "a")
        made = shown(learner)
        made.select(range(20))
        before = position(learner)
        answer = made.act("label", serial="one", label="b")
        assert "budget is spent" in answer["wrong"]
        assert answer["undo"] == ""
        assert position(learner) == before

    def test_it_is_taken_back_in_one_step(self, map_, learner):
        before = learner.labels["item"].tolist()
        map_.select(range(100, 200))
        target = map_.act("label", serial="one", label="b")["undo"]
        assert map_.act("undo", id="back", target=target)["said"] == "Taken back."
        assert learner.labels["item"].tolist() == before
        assert len(map_.rest()._marks["codes"]) == 4
        again = map_.act("undo", id="again", target=target)
        assert again["said"] == "It was taken back already."


class TestAsking:
    def test_the_most_useful_of_a_selection_come_next(self, map_, learner):
        map_.select(range(100, 300))
        answer = map_.act("ask", serial="one")
        assert answer["said"] == f"{map_._info['most']} items come next in the labeler."
        asked = learner.query()
        assert {int(item) for item in asked} <= {*range(100, 300)}
        assert "one of 200 you selected on the map" in asked.reasons[0]
        assert [item for item, _ in map_.rest()._marks["batch"]] == list(asked)

    def test_an_item_comes_next(self, map_, learner):
        answer = map_.act("ask_item", position=123)
        assert answer["said"] == "1 item comes next in the labeler."
        assert list(learner.query()) == ["123"]

    def test_holes_come_next_one_of_each(self, map_, learner):
        keys = [gap["key"] for gap in map_._gaps[:4]]
        assert map_.act("ask_hole", gaps=keys)["said"] == "4 items come next in the labeler."
        assert len({int(item) // A_GROUP for item in learner.query()}) == 4
        assert [gap["asked"] for gap in map_.rest()._gaps[:4]] == [True] * 4

    @pytest.mark.parametrize(
        ("kind", "more"),
        [("ask", {"serial": "one"}), ("ask_item", {"position": 123}), ("ask_hole", {})],
    )
    def test_an_act_that_is_sent_twice_asks_once(self, map_, learner, kind, more):
        map_.select(range(100, 300))
        if kind == "ask_hole":
            more = {"gaps": [map_._gaps[0]["key"]]}
        first = map_.act(kind, **more)
        assert map_.act(kind, **more) == first
        assert sum(isinstance(event, Asked) for event in events(learner.store)) == 1

    def test_with_nothing_left_it_says_so(self, map_, learner):
        map_.select([0, 25])
        before = position(learner)
        assert "Nothing to ask" in map_.act("ask", serial="one")["said"]
        assert position(learner) == before

    def test_with_the_budget_spent_it_says_so(self):
        learner = grouped_learner(budget=4)
        for item in "0123":
            learner.label(item, "a")
        made = shown(learner)
        made.select(range(20))
        before = position(learner)
        assert "Nothing to ask" in made.act("ask", serial="one")["said"]
        assert "Nothing to ask" in made.act("ask_item", id="other", position=9)["said"]
        assert position(learner) == before


class TestCards:
    def test_the_card_of_an_item_says_what_it_is(self, map_):
        ((answer, buffers),) = map_.hear({"type": "card", "position": 25})
        assert (answer["position"], answer["facts"]) == (25, "b · labeled")
        assert answer["card"]["id"] == "25"
        assert buffers == []

    def test_a_picture_goes_as_bytes_beside_it(self):
        pictures = np.zeros((N, 40, 30), dtype=np.uint8)
        made = shown(grouped_learner(pool=grouped_pool(content=pictures)))
        ((answer, (picture,)),) = made.hear({"type": "card", "position": 7})
        assert picture.startswith(b"\x89PNG")
        assert "bytes" not in answer["card"]

    def test_an_item_that_cannot_be_read_is_answered_by_the_error(self, broken):
        ((answer, _),) = shown(broken).hear({"type": "card", "position": 7})
        assert answer["position"] == 7
        assert "broken.png" in answer["card"]["text"]

    def test_a_model_that_fails_is_answered_by_the_error(self, map_, learner, monkeypatch):
        def fail(_rows):
            raise MemoryError("no room")

        monkeypatch.setattr(learner.newest_model, "predict_proba", fail, raising=True)
        ((answer, _),) = map_.hear({"type": "card", "position": 7})
        assert "no room" in answer["wrong"]


SELECT = {"type": "select", "serial": "s"}
BITS = bytes((N + 7) // 8)


class TestWrongMessages:
    @pytest.mark.parametrize(
        ("content", "buffers"),
        [
            (None, []),
            ([1], []),
            ("shown", []),
            ({}, []),
            ({"type": "drop"}, []),
            ({"type": {"x": 1}}, []),
            *[({"type": "card", "position": wrong}, []) for wrong in (None, -1, N, 1.0, True, "7")],
            ({"type": "card"}, []),
            *[
                ({**SELECT, "serial": wrong}, [BITS])
                for wrong in (None, "", 7, ["s"], "s" * 20_000)
            ],
            *[(SELECT, wrong) for wrong in ([], None, [BITS[1:]], [BITS + b"0"], [None], [7])],
            ({"type": "select_hole"}, []),
            ({"type": "select_hole", "serial": "s", "hole": 7}, []),
            ({"type": "select_hole", "serial": "s", "hole": "no/such"}, []),
            ({"type": "ask_hole"}, []),
            ({"type": "ask_hole", "id": "x"}, []),
            *[({"type": "ask_hole", "id": "x", "gaps": wrong}, []) for wrong in ([], "0/1", [7])],
            ({"type": "ask_hole", "id": "x", "gaps": ["no/such"]}, []),
            *[({"type": "ask_item", "id": "x", "position": w}, []) for w in (None, -1, N, "7")],
            ({"type": "ask_item", "position": 7}, []),
            ({"type": "ask"}, []),
            ({"type": "ask", "id": "x"}, []),
            ({"type": "ask", "id": "x", "serial": "unknown"}, []),
            ({"type": "label", "serial": "one", "label": "a"}, []),
            ({"type": "label", "id": "x", "label": "a"}, []),
            ({"type": "label", "id": "x", "serial": "one"}, []),
            ({"type": "label", "id": "x", "serial": "one", "label": 1}, []),
            ({"type": "label", "id": ["x"], "serial": "one", "label": "a"}, []),
            ({"type": "label", "id": "x", "serial": "unknown", "label": "a"}, []),
            ({"type": "undo", "id": "x"}, []),
            ({"type": "undo", "target": "x"}, []),
            ({"type": "undo", "id": "x", "target": 7}, []),
        ],
    )
    def test_one_is_answered_by_an_error_and_changes_nothing(self, one_selected, content, buffers):
        learner = one_selected._learner
        before = told(one_selected), position(learner)
        one_selected.sent.clear()
        one_selected._heard(one_selected, content, buffers)
        ((answer, _),) = one_selected.rest().sent
        assert answer["wrong"]
        assert (told(one_selected), position(learner)) == before

    def test_an_empty_selection_is_shown_and_not_labeled(self, map_):
        assert map_.select([])["n"] == 0
        assert "at least one item" in map_.act("label", serial="one", label="b")["wrong"]

    def test_what_is_hidden_more_often_than_shown_is_hidden(self, map_, learner):
        for _ in range(3):
            map_.hear({"type": "hidden"})
        map_.hear({"type": "shown"})
        learner.label("299", "a")
        assert len(map_.rest()._marks["codes"]) == 5


@pytest.fixture(scope="module")
def one_selected():
    """A map with a selection that no wrong message may change."""
    made = shown(grouped_learner())
    made.select(range(5))
    return made


class TestStores:
    def test_two_annotators_see_the_labels_of_each_other(self, sqlite_path):
        ann = grouped_learner(store=sqlite_path, annotator="ann")
        bob = grouped_learner(store=sqlite_path, annotator="bob")
        ann.label("0", "a")
        bob.label("25", "b")
        bob.label("0", "c")
        for learner in (ann, bob):
            made = shown(learner, by="annotator")
            assert np.frombuffer(made._marks["positions"], "<u4").tolist() == [0, 25, 0]
            assert [entry["name"] for entry in made._coloring["entries"]] == ["ann", "bob"]

    def test_the_other_s_selection_cannot_be_taken_back(self, sqlite_path):
        ann = grouped_learner(store=sqlite_path, annotator="ann")
        bob = shown(grouped_learner(store=sqlite_path, annotator="bob"))
        ann.label_many(["1", "2"], "a", id="ann's")
        bob.act("undo", target="ann's")
        assert len(ann.labels) == 2

    def test_a_second_session_shows_the_same_marks(self, sqlite_path):
        first = grouped_learner(store=sqlite_path)
        first.label("0", "a")
        first.label_many(["25", "50"], "b")
        first.query()
        made = shown(first)
        first.store.close()
        again = shown(grouped_learner(store=sqlite_path))
        assert again._marks == made._marks
        assert again._coloring["codes"] == made._coloring["codes"]

    def test_two_maps_of_a_learner_show_the_same(self, map_, learner):
        other = shown(learner)
        map_.select(range(100, 110))
        map_.act("label", serial="one", label="b")
        assert other.rest()._marks == map_.rest()._marks


def test_the_still_picture_says_what_is_missing(map_):
    data, _ = map_._repr_mimebundle_()
    assert "data:image/png;base64," in data["text/html"]
