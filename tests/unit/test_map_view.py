"""A map as plain data for a browser: points, marks, selections, cards."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from unit_parts import make_learner, make_pool, refused

from al_widgets import Pool
from al_widgets.coloring import MODES
from al_widgets.exceptions import InvalidInput
from al_widgets.survey import survey
from al_widgets.widgets import _map_view as view
from al_widgets.widgets._selection import SAMPLE, bits_of, chosen, in_hole, preview
from al_widgets.widgets._small import card_of

PLACES = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 30), st.just(2)),
    elements=st.floats(-1e6, 1e6, width=32),
)


def sent(places):
    """What arrives in the browser, of shape (n_items, 2)."""
    return np.frombuffer(view.Plane(places).points(), dtype="<u2").reshape(-1, 2)


class TestPoints:
    @given(PLACES)
    def test_the_longer_side_of_a_map_fills_the_range(self, places):
        extent = np.ptp(places.astype(float), axis=0).max()
        found = np.ptp(sent(places).astype(int), axis=0).max()
        assert found == (65_535 if extent else 0)

    @given(PLACES)
    def test_both_directions_have_one_scale_and_up_is_up(self, places):
        extent = np.ptp(places.astype(float), axis=0).max() or 1.0
        moved = (places.astype(float) - places[0]) * (1, -1)
        found = sent(places).astype(int) - sent(places)[0].astype(int)
        assert (np.abs(found - moved * 65_535 / extent) < 1.01).all()

    def test_items_that_are_all_in_one_place_lie_in_the_middle(self):
        assert np.ptp(sent(np.full((5, 2), 7.0)), axis=0).tolist() == [0, 0]
        assert sent(np.full((5, 2), 7.0))[0].tolist() == [32_768, 32_768]

    def test_a_large_map_is_sent_in_parts_that_fit_together(self, monkeypatch):
        places = np.random.default_rng(0).normal(size=(100, 2))
        whole = view.Plane(places).points()
        monkeypatch.setattr(view, "_CHUNK", 7)
        assert view.Plane(places).points() == whole


class TestMarks:
    def test_a_label_has_its_item_its_class_and_what_was_spent_by_then(self):
        learner = make_learner()
        learner.label("4", "c")
        learner.label("2", "a")
        made = view.marks_of(learner)
        assert np.frombuffer(made["positions"], "<u4").tolist() == [4, 2]
        assert list(made["codes"]) == [2, 0]
        assert np.frombuffer(made["spent"], "<u4").tolist() == [1, 2]

    def test_a_label_that_only_measures_is_held(self):
        learner = make_learner(validation=0.5, batch_size=6)
        query = learner.query()
        for item in query:
            learner.label(item, "a")
        held = [item in query.held_out for item in query]
        assert any(held)
        assert list(view.marks_of(learner)["held"]) == held

    def test_a_skip_is_no_label(self):
        learner = make_learner()
        learner.skip("3")
        assert view.marks_of(learner)["positions"] == b""

    def test_an_open_query_is_marked_item_by_item_until_it_is_answered(self):
        learner = make_learner()
        first, *others = learner.query()
        learner.label(first, "a")
        made = view.marks_of(learner)
        assert [item for item, _ in made["batch"]] == others
        assert [item for item, _ in made["here"]] == [first, *others]
        assert all(learner.pool.ids[position] == item for item, position in made["here"])

    def test_classes_beyond_a_byte_share_the_last_code(self):
        marks = [view.Mark(0, 299, 1, held_out=False), view.Mark(1, 17, 2, held_out=False)]
        assert list(view.marks(marks, [])["codes"]) == [254, 17]


class TestBits:
    @given(st.integers(1, 100), st.data())
    def test_a_selection_comes_back_as_it_was(self, n, data):
        mask = data.draw(arrays.arrays(bool, n))
        bits = np.packbits(mask, bitorder="little").tobytes()
        found = chosen(bits_of([memoryview(bits)], n), n)
        assert found.tolist() == np.flatnonzero(mask).tolist()

    def test_bits_beyond_the_last_item_are_none(self):
        assert chosen(bits_of([b"\xff\xff"], 9), 9).tolist() == list(range(9))

    @pytest.mark.parametrize(
        ("buffers", "got"),
        [(None, "0 bytes"), ([], "0 bytes"), ([b"\x01"], "1 bytes"), ([bytes(3)], "3 bytes"),
         ([None], "0 bytes"), ([2], "0 bytes"), (["ab"], "0 bytes"), ("ab", "0 bytes")],
    )  # fmt: skip
    def test_bits_that_are_not_one_an_item_are_refused(self, buffers, got):
        with refused(InvalidInput, "a bit for each of 9 items, 2 bytes", got, "Reload"):
            bits_of(buffers, 9)


class TestPreview:
    def test_it_counts_what_is_free_and_what_is_labeled(self):
        learner = make_learner()
        for item, label in zip("0123", "abba", strict=True):
            learner.label(item, label)
        learner.skip("4")
        made = preview(learner, np.arange(1, 8), None)
        assert (made["n"], made["free"]) == (7, 3)
        assert made["given"] == [["b", 2], ["a", 1]]

    def test_what_measures_is_not_free(self):
        learner = make_learner(validation=0.25)
        made = preview(learner, np.arange(12), None)
        assert (made["n"], made["free"], made["given"]) == (12, 9, [])

    def test_it_says_what_the_model_thinks_of_those_that_are_free(self):
        learner = make_learner()
        learner.label("0", "a")
        learner.label("1", "b")
        learner.retrain()
        known = survey(learner)
        made = preview(learner, np.arange(12), known)
        assert sum(n for _, n in made["guess"]) == made["free"] == 10
        predicted = [known.classes[k] for k in known.predicted[2:]]
        assert dict(made["guess"]) == {name: predicted.count(name) for name in {*predicted}}

    @pytest.mark.parametrize("known", [True, False])
    def test_with_no_model_it_guesses_nothing(self, known):
        learner = make_learner()
        assert preview(learner, np.arange(5), survey(learner) if known else None)["guess"] == []

    def test_the_most_frequent_classes_are_named_and_the_others_counted(self):
        learner = make_learner(budget=12)
        learner = type(learner)(make_pool(), classes=list("abcdefg"), budget=12, validation=None)
        for item, label in zip(learner.pool.ids, "aaabbccdefgg", strict=True):
            learner.label(item, label)
        given_ = preview(learner, np.arange(12), None)["given"]
        assert given_ == [["a", 3], ["b", 2], ["c", 2], ["g", 2], ["other classes", 3]]

    @given(st.sets(st.integers(0, 59)))
    def test_the_sample_is_small_and_of_free_items_of_the_selection(self, wanted):
        made = preview(FORTY_FREE, np.array(sorted(wanted), dtype=int), None)
        free = {str(position) for position in wanted if position >= 20}
        sample = [card["id"] for card in made["cards"]]
        assert len({*sample}) == len(sample) == min(SAMPLE, len(free))
        assert free.issuperset(sample)

    def test_the_same_selection_has_the_same_sample(self):
        twice = [preview(FORTY_FREE, np.arange(60), None)["cards"] for _ in range(2)]
        assert twice[0] == twice[1]


FORTY_FREE = make_learner(make_pool(60))
FORTY_FREE.label_many([str(position) for position in range(20)], "a")


class TestHoles:
    def test_before_anything_is_known_there_is_none_to_select(self):
        with refused(InvalidInput, "without a label", "'0/1'", "those that are shown"):
            in_hole(None, "0/1")
        with refused(InvalidInput, "without a label", "'0/1'", "those that are shown"):
            in_hole(survey(make_learner()), "0/1")

    def test_all_items_of_one_are_selected(self):
        learner = make_learner()
        learner.pool.geometry.prepare().result(60)
        assert in_hole(survey(learner), "3/0").all(), "one group, of no known class"

    def test_one_that_got_a_label_is_none(self):
        learner = make_learner()
        learner.pool.geometry.prepare().result(60)
        learner.label("0", "a")
        with refused(InvalidInput, "without a label", "'3/0'", "got a label meanwhile"):
            in_hole(survey(learner), "3/0")


class TestWords:
    def test_every_way_to_color_has_a_title(self):
        assert tuple(view.TITLES) == MODES
        assert len(set(view.TITLES.values())) == len(MODES)

    def test_facts_say_what_an_item_is_or_is_thought_to_be(self):
        learner = make_learner()
        assert view.facts(learner, 0) == "no label yet"
        learner.label("0", "a")
        learner.label_many(["1"], "b")
        learner.retrain()
        assert view.facts(learner, 0) == "a · labeled"
        assert view.facts(learner, 1) == "b · labeled in a selection"
        assert view.facts(learner, 2).startswith("probably ")
        assert view.facts(learner, 2).endswith("%")

    def test_an_item_that_cannot_be_read_has_a_card_that_says_so(self, tmp_path):
        (tmp_path / "broken.png").write_bytes(b"no picture")
        pool = Pool(np.eye(1), content=[tmp_path / "broken.png"])
        card = card_of(pool, 0)
        assert (card["id"], card["kind"]) == ("0", "text")
        assert "broken.png" in card["text"]

    def test_an_error_of_somebody_s_own_content_is_said_too(self):
        class Lazy(list):
            def __getitem__(self, position):
                raise KeyError("archive is closed")

        assert "archive is closed" in card_of(Pool(np.eye(2), content=Lazy("ab")), 1)["text"]
