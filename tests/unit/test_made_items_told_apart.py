"""Items that were made, wherever items are counted, drawn or written: they are told apart."""

from __future__ import annotations

import csv
import json
from collections import Counter

import numpy as np
import pytest
from export_parts import pictures, spread
from synthesis_parts import CLASSES, all_labeled, clouds, how, learner_of, spoiled

import al_widgets as al
from al_widgets.coloring import NOTHING, color
from al_widgets.displays import BudgetDisplay, CoverageMapDisplay, LearningCurveDisplay
from al_widgets.export import COLUMNS, MADE_COLUMNS
from al_widgets.survey import cell_of, regions, survey
from al_widgets.widgets import _map_view as view
from al_widgets.widgets._map_ground import Ground
from al_widgets.widgets._map_made import KINDS, parents_of
from al_widgets.widgets._selection import preview

SINGLE = ("0", "1", "2", "30", "31")


def maker(n=6, *, sampling=None, **arguments):
    """A learner that made some items; the groups of near neighbors are known."""
    pool, y = clouds()
    learner = learner_of(pool, y, **arguments)
    _ = pool.geometry.variations
    learner.synthesize(n, sampling=how() if sampling is None else sampling)
    learner._wait()
    return learner


def asker(n=4):
    """A learner that asks about all items that it made."""
    return maker(n, sampling=how(labeling="ask"))


def status(learner):
    return dict(learner.synthetic[["item", "status"]].to_numpy().tolist())


# -- the survey ------------------------------------------------------------------------------------


class TestSurvey:
    def test_it_knows_them_and_whether_they_are_in_use(self):
        learner = maker()
        made = survey(learner).made
        assert made.positions.tolist() == list(range(40, 46))
        assert made.status == tuple(learner.synthetic["status"])
        assert [CLASSES[k] for k in made.labels] == learner.synthetic["label"].tolist()
        assert made.in_use.tolist() == [one == "in use" for one in made.status]

    def test_a_pool_in_which_nothing_was_made_has_none(self):
        pool, y = clouds()
        assert len(survey(learner_of(pool, y)).made) == 0

    def test_one_that_nobody_labeled_yet_has_no_class(self):
        assert survey(asker()).made.labels.tolist() == [-1] * 4

    def test_a_person_s_word_on_one_is_its_label_and_no_label_of_an_item(self):
        learner = asker()
        learner.label("syn1", "dog")
        known = survey(learner)
        assert (known.made.labels[0], known.made.status[0]) == (1, "relabeled")
        assert len(known.answers) == len(known.labeled) == 5
        assert known.made.in_use.tolist() == [True, False, False, False]

    def test_switched_off_none_is_in_use(self):
        learner = maker()
        learner.use_synthetic(False)
        assert not survey(learner).made.in_use.any()

    def test_it_is_of_the_items_that_it_was_asked_for(self):
        learner = maker()
        assert len(survey(learner, pool=learner.pool.fixed(42)).made) == 2

    def test_the_coverage_counts_neither_them_nor_their_labels(self):
        learner = maker(labels := 12)
        learner.label("syn1", "cat")
        known = survey(learner)
        assert known.coverage.n_items.sum() == 40 < 40 + labels
        assert known.coverage.n_labels.sum() == 5
        assert known.coverage.to_frame().equals(learner.coverage().to_frame())

    def test_no_variation_of_the_map_holds_them(self):
        learner = maker()
        known = survey(learner)
        assert set(cell_of(known)[40:]) == {len(known.coverage.mass)}
        found = regions(known, learner.pool.geometry.map)
        assert sum(region.n_items for region in found) == 40


class TestColors:
    def test_they_have_the_color_of_their_class_and_are_not_counted(self):
        known = survey(maker())
        colored = color(known, "class")
        assert colored.codes[40:].tolist() == known.made.labels.tolist()
        assert sum(entry.n_items for entry in colored.entries) == 40

    @pytest.mark.parametrize("by", ["coverage", "confidence", "order", "annotator", "validation"])
    def test_where_there_is_nothing_to_say_of_them_nothing_is_said(self, by):
        learner = asker()
        learner.label("syn1", "dog")
        learner.retrain()
        learner.propagate()
        assert set(color(survey(learner), by).codes[40:]) == {NOTHING}

    def test_variations_are_counted_without_them(self):
        assert sum(entry.n_items for entry in color(survey(maker()), "variation").entries) == 40


# -- the map ---------------------------------------------------------------------------------------


def sent(learner, n_shown=None):
    made = view.marks_of(learner, n_shown)["made"]
    return {
        "positions": np.frombuffer(made["positions"], "<u4").tolist(),
        "codes": list(made["codes"]),
        "kinds": [made["words"][kind] for kind in made["kinds"]],
        "since": np.frombuffer(made["since"], "<u4").tolist(),
    }


class TestMap:
    def test_nothing_is_sent_where_nothing_was_made(self):
        pool, y = clouds()
        assert view.marks_of(learner_of(pool, y))["made"] == {}

    def test_each_has_a_mark_with_its_class_what_became_of_it_and_since_when(self):
        learner = maker(3)
        learner.label("3", "cat")
        learner.synthesize(1, sampling=how())
        found = sent(learner)
        assert found["positions"] == [40, 41, 42, 43]
        assert [CLASSES[k] for k in found["codes"]] == learner.synthetic["label"].tolist()
        assert found["since"] == [5, 5, 5, 6]
        assert found["kinds"] == [
            {"accepted": "in use"}.get(one, one) for one in learner.synthetic["status"]
        ]

    def test_those_that_are_not_on_the_map_yet_have_none(self):
        assert sent(maker(), 42)["positions"] == [40, 41]

    def test_words_on_them_are_no_labels_on_the_map_and_spend_nothing(self):
        learner = asker()
        learner.label("syn1", "dog")
        learner.label("3", "cat")
        found = view.marks_of(learner)
        assert np.frombuffer(found["positions"], "<u4").tolist() == [0, 1, 2, 30, 31, 3]
        assert np.frombuffer(found["spent"], "<u4").tolist() == [1, 2, 3, 4, 5, 6]
        assert learner.budget.spent == 6

    def test_what_was_asked_about_rejected_and_accepted_is_told(self):
        learner = asker()
        learner.skip("syn1")
        learner.label("syn2", CLASSES[0])
        assert sent(learner)["kinds"] == ["rejected", "in use", "asked about", "asked about"]

    def test_switched_off_and_without_their_parents_label_they_say_so(self):
        learner = maker()
        learner.label("0", "dog")
        first = learner.synthetic["parents"].tolist().index(("0",))
        assert sent(learner)["kinds"][first] == "parents changed"
        learner.use_synthetic(False)
        assert set(sent(learner)["kinds"]) <= {"switched off", "parents changed", "held back"}

    def test_every_status_has_a_kind(self):
        learner = asker()
        assert set(sent(learner)["kinds"]) <= set(KINDS)

    def test_facts_say_how_one_was_made_and_of_what_class_it_is(self):
        learner = maker(1)
        (row,) = learner.synthetic.itertuples()
        facts = view.facts(learner, 40)
        assert facts.startswith(f"made from {row.parents[0]}: nudged a little · ")
        assert row.label in facts

    def test_facts_of_one_that_a_person_looked_at(self):
        learner = asker()
        assert view.facts(learner, 40).endswith("no label yet: it is asked about")
        learner.label("syn1", "dog")
        learner.skip("syn2")
        assert view.facts(learner, 40).endswith("dog · relabeled, in use")
        assert view.facts(learner, 41).endswith(" · rejected")

    def test_many_parents_are_counted_and_shares_are_told(self):
        parents = (0, 1, 2, 30)
        learner = maker(1, sampling=how(spoiled(parents=parents, label=0, shares=(0.75, 0.25))))
        assert "made from 0, 1 and 2 more: " in view.facts(learner, 40)
        if learner.synthetic["status"].tolist() == ["in use"]:
            assert "75% cat and 25% dog" in view.facts(learner, 40)

    def test_lines_lead_to_the_parents_that_are_on_the_map(self):
        learner = maker(1, sampling=how(spoiled(parents=(0, 31), label=0, shares=(0.5, 0.5))))
        assert parents_of(learner, 40, 41) == [0, 31]
        assert parents_of(learner, 40, 20) == [0]
        assert parents_of(learner, 0, 41) == []

    def test_a_selection_counts_them_by_themselves(self):
        learner = asker()
        learner.label("syn1", "dog")
        found = preview(learner, np.arange(44), None)
        assert (found["n"], found["free"], found["made"]) == (44, 35, 4)
        assert dict(found["given"]) == {"cat": 3, "dog": 2}
        assert not {card["id"] for card in found["cards"]} & {"syn1", "syn2", "syn3", "syn4"}

    @pytest.mark.parametrize("n", [2, 50])
    def test_to_ask_about_a_selection_passes_over_them(self, n):
        learner = maker()
        query = learner.ask(["syn1", "5", "6", "7", "syn2"], n=n)
        assert {*query}
        assert {*query} <= {"5", "6", "7"}

    def test_the_map_shows_them_as_soon_as_they_are_made(self):
        pool, y = clouds()
        learner = learner_of(pool, y)
        ground = Ground(learner)
        assert len(ground.pool) == 40
        learner.synthesize(3, sampling=how(labeling="ask"))
        assert len(ground.pool) == 43


# -- displays --------------------------------------------------------------------------------------


class TestDisplays:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_on_the_still_map_they_are_stars_beside_the_points(self, theme):
        learner = maker()
        shown = CoverageMapDisplay.from_learner(learner)
        assert (len(shown.points), shown.n_items, len(shown.labels)) == (40, 40, 5)
        assert len(shown.made) == len(shown.made_classes) == len(shown.made_in_use) == 6
        assert "6 made" in shown.fact
        assert "6 items made from labeled ones" in shown.summary
        assert "stars: made" in shown.svg(theme=theme)

    def test_a_still_map_of_a_pool_in_which_nothing_was_made_says_nothing_of_it(self):
        pool, y = clouds()
        shown = CoverageMapDisplay.from_learner(learner_of(pool, y))
        assert "made from" not in shown.summary
        assert "stars" not in shown.svg()

    def test_one_that_nobody_labeled_is_drawn_too(self):
        shown = CoverageMapDisplay.from_learner(asker())
        assert shown.made_classes.tolist() == [len(CLASSES)] * 4
        shown.plot()

    def test_the_budget_counts_no_word_on_them_that_costs_nothing(self):
        learner = asker()
        learner.label("syn1", "dog")
        shown = BudgetDisplay.from_learner(learner)
        assert (shown.spent, sum(shown.counts["me"].values())) == (5, 5)

    def test_the_budget_counts_words_on_them_that_spend(self):
        learner = maker(2, sampling=how(labeling="ask", spend_budget=True))
        learner.label("syn1", "dog")
        shown = BudgetDisplay.from_learner(learner)
        assert (shown.spent, sum(shown.counts["me"].values())) == (6, 6)

    def test_the_curve_marks_trainings_that_learned_from_them(self):
        pool, y = clouds(80)
        learner = al.ActiveLearner(pool, CLASSES, budget=40, batch_size=5, validation=0.4)
        learner.teach(al.SimulatedOracle(y), 20)
        learner._wait()
        assert "synthetic" not in LearningCurveDisplay.from_learner(learner).svg()
        learner.synthesize(4, sampling=how())
        learner.retrain()
        shown = LearningCurveDisplay.from_learner(learner)
        n = int(learner.history["n_synthetic"].iloc[-1])
        assert shown.n_synthetic[-1] == n > 0
        assert f"and {n} synthetic item" in shown.summary
        assert "stars: with synthetic items" in shown.svg()


# -- exports ---------------------------------------------------------------------------------------


def rows_of(learner, path, **arguments):
    learner.export(path, **arguments)
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


class TestExport:
    def test_what_is_in_use_is_written_last_with_its_parents_and_recipe(self, tmp_path):
        learner = maker()
        rows = rows_of(learner, tmp_path / "a.csv")
        used = learner.synthetic.query("status == 'in use'").set_index("item")
        assert [row["item"] for row in rows] == [*SINGLE, *used.index]
        for row in rows[5:]:
            made = used.loc[row["item"]]
            assert (row["source"], row["strategy"]) == ("synthetic", "synthesis")
            assert (row["annotator"], row["confidence"]) == ("", "")
            assert row["label"] == made.label
            assert tuple(json.loads(row["parents"])) == made.parents
            assert row["recipe"] == "nudged a little"
            assert row["event"]
        assert {row["parents"] for row in rows[:5]} == {""}

    def test_the_columns_are_as_ever_where_nothing_was_made(self, tmp_path):
        pool, y = clouds()
        learner = learner_of(pool, y)
        assert tuple(rows_of(learner, tmp_path / "a.csv")[0]) == COLUMNS
        learner.synthesize(2, sampling=how())
        assert tuple(rows_of(learner, tmp_path / "b.csv")[0]) == MADE_COLUMNS
        assert tuple(rows_of(learner, tmp_path / "c.csv", synthetic=False)[0]) == COLUMNS

    def test_without_them_no_trace_of_them_is_written(self, tmp_path):
        learner = asker()
        learner.label("syn1", "dog")
        for number, arguments in enumerate([{}, {"propagation": learner.propagate()}]):
            rows = rows_of(learner, tmp_path / f"{number}.csv", synthetic=False, **arguments)
            assert not any(row["item"].startswith("syn") for row in rows)
            assert "synthetic" not in {row["source"] for row in rows}

    def test_a_person_s_word_on_one_has_the_person(self, tmp_path):
        learner = asker()
        learner.label("syn1", "dog")
        *_, row = rows_of(learner, tmp_path / "a.csv")
        assert (row["item"], row["label"], row["annotator"]) == ("syn1", "dog", "me")
        assert (row["source"], row["confidence"]) == ("synthetic", "1.0")
        assert json.loads(row["parents"])

    def test_what_is_not_in_use_is_not_written(self, tmp_path):
        learner = asker()
        learner.skip("syn1")
        learner.label("syn2", "cat")
        learner.use_synthetic(False)
        assert len(rows_of(learner, tmp_path / "a.csv")) == 5
        learner.use_synthetic(True)
        assert [r["item"] for r in rows_of(learner, tmp_path / "b.csv")] == [*SINGLE, "syn2"]

    def test_what_lost_its_parents_label_is_not_written(self, tmp_path):
        learner = maker()
        learner.label("0", "dog")
        orphans = {item for item, what in status(learner).items() if what == "parents changed"}
        assert orphans
        assert not orphans & {row["item"] for row in rows_of(learner, tmp_path / "a.csv")}

    def test_of_soft_labels_the_share_is_told(self, tmp_path):
        learner = maker(1, sampling=how(spoiled(parents=(0, 31), label=0, shares=(0.75, 0.25))))
        assert status(learner) == {"syn1": "in use"}
        *_, row = rows_of(learner, tmp_path / "a.csv")
        assert (row["label"], row["confidence"]) == ("cat", "0.75")
        assert json.loads(row["parents"]) == ["0", "31"]

    @pytest.mark.parametrize("since", [False, True])
    def test_with_propagated_labels_each_item_is_written_once(self, tmp_path, since):
        pool, y = clouds()
        learner = learner_of(pool, y)
        before = learner.propagate()
        learner.synthesize(6, sampling=how())
        learner._wait()
        found = before if since else learner.propagate()
        rows = rows_of(learner, tmp_path / "a.csv", propagation=found)
        used = [item for item, what in status(learner).items() if what == "in use"]
        assert [row["item"] for row in rows] == [*map(str, range(40)), *used]
        sources = Counter(row["source"] for row in rows)
        assert sources == {"human": 5, "propagated": 35, "synthetic": len(used)}

    def test_any_propagation_will_do(self, tmp_path):
        learner = maker()
        rows = rows_of(learner, tmp_path / "a.csv", propagation=spread(learner))
        used = [item for item, what in status(learner).items() if what == "in use"]
        assert len(rows) == 40 + len(used)

    def test_in_jsonl_the_parents_are_a_list(self, tmp_path):
        learner = maker(1)
        learner.export(tmp_path / "a.jsonl")
        rows = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
        assert tuple(rows[0]) == MADE_COLUMNS
        assert rows[-1]["parents"] == list(learner.synthetic["parents"][0])
        assert (rows[0]["parents"], rows[0]["recipe"]) == (None, None)

    def test_in_parquet_the_parents_are_a_list(self, tmp_path):
        table = pytest.importorskip("pyarrow.parquet")
        learner = maker(1)
        learner.export(tmp_path / "a.parquet")
        rows = table.read_table(tmp_path / "a.parquet").to_pylist()
        assert tuple(rows[0]) == MADE_COLUMNS
        assert rows[-1]["parents"] == list(learner.synthetic["parents"][0])
        assert rows[-1]["confidence"] is None
        assert rows[0]["parents"] is None

    def test_an_inherited_label_is_a_prediction_in_label_studio_and_a_word_an_annotation(
        self, tmp_path
    ):
        learner = asker()
        learner.label("syn1", "dog")
        learner.synthesize(1, sampling=how())
        learner.export(tmp_path / "a.json")
        said, inherited = json.loads((tmp_path / "a.json").read_text())[-2:]
        assert (len(said["annotations"]), len(said["predictions"])) == (1, 0)
        assert (len(inherited["annotations"]), len(inherited["predictions"])) == (0, 1)
        (meta,) = inherited["meta"]["al_widgets"].values()
        assert (meta["source"], meta["recipe"]) == ("synthetic", "nudged a little")
        assert meta["parents"] == list(learner.synthetic["parents"].iloc[-1])

    def test_an_inherited_label_is_a_choice_without_an_answer_in_prodigy(self, tmp_path):
        learner = maker(1)
        learner.export(tmp_path / "a.jsonl", format="prodigy")
        *_, task = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
        assert "answer" not in task
        assert task["accept"] == [learner.synthetic["label"][0]]
        assert task["meta"]["source"] == "synthetic"

    def test_their_pictures_are_written_into_the_folder_of_their_class(self, tmp_path):
        X = np.repeat([[0.0, 0.0], [9.0, 9.0]], 6, axis=0) + np.random.default_rng(0).normal(
            size=(12, 2)
        )
        pool = al.Pool(X, content=list(pictures()))
        learner = al.ActiveLearner(pool, CLASSES, validation=None, budget=12, batch_size=2)
        for item, label in (("0", "cat"), ("1", "cat"), ("6", "dog"), ("7", "dog")):
            learner.label(item, label)
        learner.retrain()
        learner.synthesize(2, sampling=how(Copied()))
        used = learner.synthetic.query("status == 'in use'")
        learner.export(tmp_path / "out")
        for row in used.itertuples():
            assert (tmp_path / "out" / row.label / f"{row.item}.png").is_file()
        learner.export(tmp_path / "out", overwrite=True, synthetic=False)
        assert not list((tmp_path / "out").rglob("syn*"))
        assert len(used)


class Copied:
    """Makes pictures between those of two parents of a class."""

    recipes = ("copied",)

    def make(self, context, parents, rng, recipe=None):  # noqa: ARG002
        for parent in parents:
            at = int(np.searchsorted(context.labeled, parent))
            yield al.synthesizers.Made(
                parents=(int(parent),),
                row=np.asarray(context.pool.features[parent]) + rng.normal(0, 0.4, 2),
                label=int(context.labels[at]),
                recipe="copied",
                content=pictures(1, seed=int(parent))[0],
            )


class TestImport:
    @pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json", "a.parquet"])
    def test_a_file_of_the_same_learner_changes_nothing(self, tmp_path, name):
        if name.endswith("parquet"):
            pytest.importorskip("pyarrow")
        learner = asker()
        learner.label("syn1", "dog")
        learner.synthesize(2, sampling=how())
        learner.export(tmp_path / name)
        before = learner.synthetic, learner.labels
        found = learner.import_labels(tmp_path / name)
        assert found.n_imported == 0
        assert learner.synthetic.equals(before[0])
        assert learner.labels.equals(before[1])

    def test_another_learner_passes_over_them_and_says_so(self, tmp_path):
        learner = maker()
        n = list(status(learner).values()).count("in use")
        learner.export(tmp_path / "a.csv")
        pool, _ = clouds()
        other = al.ActiveLearner(pool, CLASSES, validation=None)
        found = other.import_labels(tmp_path / "a.csv")
        assert (found.n_imported, found.n_synthetic) == (5, n)
        assert f"passed over: {n} synthetic" in repr(found)

    def test_a_label_from_a_file_makes_no_made_item_measure(self, tmp_path):
        learner = asker()
        (tmp_path / "a.csv").write_text("item,label,strategy\nsyn1,cat,validation\n")
        assert learner.import_labels(tmp_path / "a.csv").n_imported == 1
        assert "syn1" not in learner.log.state.held_out
        assert status(learner)["syn1"] == "accepted"


# -- what looks at answers -------------------------------------------------------------------------


class TestChecks:
    def taught(self):
        pool, y = clouds()
        learner = learner_of(pool, y, budget=60)
        for item in range(3, 12):
            learner.label(str(item), y[item])
        learner.label("20", "cat")  # which is wrong
        for item in range(21, 28):
            learner.label(str(item), y[item])
        learner.retrain()
        learner.synthesize(6, sampling=how())
        learner.synthesize(4, sampling=how(labeling="ask", target=all_labeled))
        asked = [item for item in learner.synthetic["item"] if status(learner)[item] == "asked"]
        for item in asked:
            learner.label(item, "cat" if item != asked[0] else "dog")
        learner.retrain()
        return learner

    def test_they_are_never_suspected_and_never_come_back_by_themselves(self):
        learner = self.taught()
        assert not set(learner.suspicious()["item"]) & set(learner.synthetic["item"])
        assert not {*learner.review(20)} & set(learner.synthetic["item"])

    def test_they_are_never_audited(self):
        learner = self.taught()
        query = learner.audit(20)
        assert len(query)
        assert not {*query} & set(learner.synthetic["item"])
        assert sum(learner.audits[-1].population.values()) == 40 - 22

    def test_they_never_validate_and_are_never_chosen(self):
        pool, y = clouds()
        learner = learner_of(pool, y, validation=0.5, budget=45)
        learner.synthesize(6, sampling=how())
        learner._wait()
        learner.teach(al.SimulatedOracle(y))
        assert not learner.log.state.held_out & set(learner.synthetic["item"])
        assert not set(learner.labels["item"]) & set(learner.synthetic["item"])

    def test_the_rest_panel_sees_no_newer_answer_in_a_word_on_one(self):
        learner = self.taught()
        panel = al.RestPanel(learner)
        panel._label()
        panel._show()
        assert panel._newer == 0
        assert panel._labels["items"] == 40
        assert panel._suspects["answers"] == 22
