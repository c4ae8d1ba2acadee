from __future__ import annotations

import pickle
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from sklearn.linear_model import LogisticRegression
from unit_parts import FitsNever, blobs, refused

import al_widgets as al
from al_widgets._progress import Progress
from al_widgets._race_arguments import make_task
from al_widgets._race_drawing import spread
from al_widgets.exceptions import AlWidgetsError, InvalidInput
from al_widgets.race_result import area_under_curve
from al_widgets.simulation import Run, simulate
from al_widgets.strategies import Entropy, Margin, Random

N = 60
X, Y = blobs(N)
SMALL = {"budget": 9, "batch_size": 4, "seeds": 2, "model": LogisticRegression(), "progress": False}


def race(strategies=None, pool=None, y=Y, **arguments):
    """A race that takes some hundredths of a second; the arguments are its own."""
    strategies = {"random": Random(), "margin": Margin()} if strategies is None else strategies
    return al.race(pool or al.Pool(X), y, strategies, **{**SMALL, **arguments})


def shown(result):
    """The frame without what depends on the clock."""
    return result.to_frame().drop(columns="seconds")


class Spy(Random):
    """Draws at random, and keeps what it was shown; copies share what they keep."""

    def __init__(self):
        self.seen = []

    def __deepcopy__(self, memo):
        return self

    def select(self, context, batch_size):
        self.seen.append(context)
        return super().select(context, batch_size)


class Forgetful:
    """Fails if it was ever used before."""

    used = False

    def select(self, context, batch_size):
        assert context.seed[1] > 0 or not self.used
        self.used = True
        return Random().select(context, batch_size)


class Broken:
    """Fails in its second round."""

    def select(self, context, batch_size):
        if context.seed[1]:
            raise RuntimeError("the dog ate it")
        return Random().select(context, batch_size)

    def __repr__(self):
        return "Broken()"


class Chooses:
    """Chooses what a function of the context and the size says."""

    def __init__(self, positions):
        self.positions = positions

    def select(self, context, batch_size):
        positions = np.asarray(self.positions(context, batch_size))
        return context.query(positions, np.zeros(len(positions)), "chosen")


class OnlyTheFirst:
    """An executor that carries out the first job at once, and never the others."""

    def __init__(self):
        self.futures = []

    def submit(self, job, run):
        future = Future()
        if not self.futures:
            try:
                future.set_result(job(run))
            except RuntimeError as error:
                future.set_exception(error)
        self.futures.append(future)
        return future


class TestARace:
    def test_there_is_a_row_for_each_strategy_seed_and_batch(self):
        frame = race().to_frame()
        assert frame["strategy"].tolist() == ["random"] * 6 + ["margin"] * 6
        assert frame["seed"].tolist() == [0, 0, 0, 1, 1, 1] * 2
        assert frame["n_labels"].tolist() == [4, 8, 9] * 4
        assert frame["accuracy"].between(0, 1).all()
        assert (frame["seconds"] > 0).all()

    def test_the_same_seeds_give_the_same_frame(self):
        assert shown(race()).equals(shown(race()))
        assert not shown(race(seeds=[0])).equals(shown(race(seeds=[1])))

    def test_a_seed_gives_the_same_whichever_others_take_part(self):
        both = shown(race(seeds=[3, 7]))
        alone = shown(race(seeds=[7]))
        assert both[both["seed"] == 7].reset_index(drop=True).equals(alone)

    def test_the_caller_can_change_the_frame_without_harm(self):
        result = race()
        frame = result.to_frame()
        frame["accuracy"] = -1.0
        assert (result.to_frame()["accuracy"] >= 0).all()

    def test_an_executor_gives_the_same_result(self):
        with ThreadPoolExecutor(2) as executor:
            assert shown(race(executor=executor)).equals(shown(race()))

    def test_a_run_can_be_sent_to_another_process(self):
        task = make_task(al.Pool(X), Y, 0.3, budget=8, batch_size=4, model=LogisticRegression())
        run = Run("margin", Margin(), 0, task)
        rows = [[row[:-1] for row in simulate(r)] for r in (run, pickle.loads(pickle.dumps(run)))]
        assert rows[0] == rows[1]

    def test_each_run_has_a_copy_of_the_strategy_of_its_own(self):
        strategy = Forgetful()
        race({"forgetful": strategy})
        assert not strategy.used

    def test_strategies_may_be_a_sequence(self):
        assert race([Margin(), Random()]).strategies == ["Margin()", "Random()"]

    def test_a_function_of_the_probabilities_takes_part(self):
        assert len(race({"first": lambda proba: proba[:, 0]}).to_frame()) == 6

    def test_a_sampling_takes_part(self):
        class Twice:
            def next(self, context, batch_size):
                return Margin().select(context, batch_size)

        result = race({"a": al.PoolBasedSampling(Margin()), "b": Twice(), "c": Margin()})
        curves = result.curves()
        assert np.array_equal(curves[0], curves[1])
        assert np.array_equal(curves[0], curves[2])

    @pytest.mark.parametrize(
        "names",
        [["b", "a", "b"], [(1, 2), (3, 4)], [True, False], ["10", 9], [2.5, 1.5]],
        ids=str,
    )
    def test_labels_may_be_anything_that_is_hashable(self, names):
        y = [names[k % len(names)] for k in Y]
        assert len(race(y=y).to_frame()) == 12
        assert len(race(y=pd.Series(y, index=range(100, 100 + N))).to_frame()) == 12

    def test_it_works_on_a_sparse_matrix_and_with_the_default_model(self):
        sparse = pytest.importorskip("scipy.sparse")
        assert len(race(pool=al.Pool(sparse.csr_matrix(X)), model=None).to_frame()) == 12

    def test_the_whole_pool_may_be_spent(self):
        result = race(budget=42, batch_size=42)
        assert result.n_labels.tolist() == [42]
        assert result.aulc["accuracy"].iloc[0] == pytest.approx(result.curves().mean())
        with refused(InvalidInput, "can be asked about", "budget=43, 42 of 60", "budget<=42"):
            race(budget=43)


class TestTheSplit:
    def test_items_of_the_test_part_are_never_shown_to_a_strategy(self):
        spy = Spy()
        race({"spy": spy}, test=0.3)
        assert {len(context.pool) for context in spy.seen} == {42}
        assert all(context.pool.n_features == 4 for context in spy.seen)

    def test_it_is_the_same_for_every_strategy_and_another_for_every_seed(self):
        one, other = Spy(), Spy()
        race({"one": one, "other": other})
        pools = [[context.pool.features for context in spy.seen[::3]] for spy in (one, other)]
        assert np.array_equal(pools[0][0], pools[1][0])
        assert np.array_equal(pools[0][1], pools[1][1])
        assert not np.array_equal(pools[0][0], pools[0][1])

    def test_strategies_that_draw_alike_begin_with_the_same_batch(self):
        first = race().curves()[:, :, 0]
        assert np.array_equal(first[0], first[1])

    def test_each_class_is_held_out_by_its_share(self):
        y = [0] * 40 + [1] * 19 + [2]
        task = make_task(al.Pool(X), y, 0.25, budget=4, batch_size=2, model=None)
        assert task.test_sizes.tolist() == [10, 5, 0]
        assert np.bincount(task.split(5)[3]).tolist() == [10, 5]

    def test_with_a_test_set_from_outside_the_whole_pool_may_be_asked_about(self):
        spy = Spy()
        result = race({"spy": spy}, test=(X[:9], Y[:9]))
        assert {len(context.pool) for context in spy.seen} == {N}
        assert set((result.curves() * 9).round(9).ravel()) <= set(range(10))


class TestTheModel:
    def test_there_is_none_until_there_are_labels_of_two_classes(self):
        spy = Spy()
        y = np.array([0] * 59 + [1])
        race({"spy": spy}, y=y, test=(X[:4], [0, 0, 0, 1]))
        for context in spy.seen:
            assert (context.model is None) == (len(set(context.labels)) < 2)

    def test_labels_of_one_class_are_as_good_as_always_answering_it(self):
        ascending = Chooses(lambda context, size: context.candidates[:size])
        y = [7] * 30 + [8] * 30
        frame = race({"ascending": ascending}, y=y, test=(X[28:36], y[28:36])).to_frame()
        assert (frame["accuracy"] == 0.25).all()
        assert (frame["balanced_accuracy"] == 0.5).all()

    def test_a_strategy_knows_the_labels_of_what_it_asked(self):
        spy = Spy()
        race({"spy": spy}, test=(X[:4], Y[:4]), seeds=1)
        last = spy.seen[-1]
        assert last.classes == ("0", "1", "2")
        assert (last.labels == Y[last.labeled]).all()
        assert not set(last.labeled) & set(last.candidates)
        assert [context.seed for context in spy.seen] == [(0, 0), (0, 1), (0, 2)]


class TestErrors:
    @pytest.mark.parametrize(
        ("arguments", "rule", "got", "remedy"),
        [
            ({"pool": X}, "must be a Pool", "ndarray", "Pass al_widgets.Pool"),
            ({"y": Y[:5]}, "one label for each item", "5 labels, 60 items", "in the order"),
            ({"y": "cat"}, "one label for each item", "'cat'", "in the order"),
            ({"y": [None, *Y[1:]]}, "true label of every item", "None for item 0", "out of the"),
            ({"y": [*Y[1:], np.nan]}, "true label of every item", "nan for item 59", "out of the"),
            ({"y": np.eye(N)}, "hashable", "unhashable", "argmax"),
            ({"y": [1] * N}, "at least two classes", "[1]", "Pass the labels"),
            ({"budget": 3}, "at least batch_size", "budget=3", "batch_size<=3"),
            ({"batch_size": 0}, "batch_size must be", "0", "batch_size=10"),
            ({"budget": 2.5}, "budget must be a whole number", "2.5", "budget=10"),
            ({"seeds": 0}, "seeds must be", "0", "seeds=5"),
            ({"seeds": [1, 1]}, "different whole numbers", "[1, 1]", "[0, 1, 2]"),
            ({"seeds": [-1]}, "whole numbers from 0", "[-1]", "[0, 1, 2]"),
            ({"seeds": "12"}, "seeds must be", "'12'", "seeds=5"),
            ({"seeds": 1.5}, "seeds must be", "1.5", "seeds=5"),
            ({"strategies": {}}, "at least one strategy", "none", "Margin()"),
            ({"strategies": Margin()}, "mapping of names", "Margin()", "Random()"),
            ({"strategies": "margin"}, "mapping of names", "'margin'", "Random()"),
            ({"strategies": ["margin"]}, "a strategy has select", "'margin'", "Margin()"),
            ({"strategies": {"m": Margin}}, "a strategy has select", "Margin", "Margin()"),
            ({"strategies": {1: Margin()}}, "name must be a text", "1", "Name"),
            ({"strategies": [Margin(), Margin()]}, "must differ", "Margin() more", "a mapping"),
            ({"test": 0}, "a share above 0 and up to 0.9", "0", "test=0.3"),
            ({"test": 0.95}, "a share above 0 and up to 0.9", "0.95", "test=0.3"),
            ({"test": "third"}, "a share above 0 and up to 0.9", "'third'", "test=0.3"),
            ({"test": (X, Y, X)}, "a pair", "3 parts", "Pass two"),
            ({"test": (X[:, :2], Y)}, "as many features", "2 features, 4", "Prepare both"),
            ({"test": (X, Y[:2])}, "y_test must have one label", "2 labels, 60", "in the order"),
            ({"test": (X, Y + 1)}, "must occur in y", "3", "out"),
            ({"y": range(N)}, "some class must have two", "60 classes", "(X_test, y_test)"),
            ({"executor": 4}, "executor must have submit", "4", "ThreadPoolExecutor"),
            ({"model": LogisticRegression}, "an instance", "LogisticRegression", "()"),
        ],
        ids=lambda value: str(value)[:40] if isinstance(value, dict) else "",
    )
    def test_what_makes_no_sense_is_refused(self, arguments, rule, got, remedy):
        given = {"pool": al.Pool(X), "y": Y, "strategies": [Margin()], **SMALL, **arguments}
        with refused(InvalidInput, rule, got, remedy):
            al.race(**given)

    @pytest.mark.parametrize(
        "positions",
        [
            lambda context, size: np.repeat(context.candidates[:1], size),
            lambda _, size: np.arange(size),
            lambda context, size: context.candidates[: size + 1],
        ],
        ids=["an item twice", "one that was asked", "too many"],
    )
    def test_a_strategy_that_asks_what_may_not_be_asked_is_told(self, positions):
        with refused(
            InvalidInput, "different candidates", "('wrong', seed 0)", "Mend the strategy"
        ):
            race({"wrong": Chooses(positions)})

    def test_a_strategy_that_asks_too_little_is_told(self):
        short = Chooses(lambda context, size: context.candidates[: size - 1])
        with refused(InvalidInput, "batch_size candidates", "3 of 4", "Mend the strategy"):
            race({"short": short})

    def test_a_strategy_that_fails_is_named(self):
        rule, got, remedy = "end well", "the dog ate it ('broken', seed 0)", "leave it out"
        with refused(AlWidgetsError, rule, got, remedy) as caught:
            race({"random": Random(), "broken": Broken()})
        assert isinstance(caught.value.__cause__, RuntimeError)

    def test_a_model_that_fails_is_told_with_the_strategy(self):
        with refused(AlWidgetsError, "end well", "on fire ('random', seed 0)", "the model"):
            race(model=FitsNever())

    def test_a_failure_cancels_what_has_not_begun(self):
        executor = OnlyTheFirst()
        with refused(AlWidgetsError, "end well", "'broken', seed 0", "leave it out"):
            race({"broken": Broken(), "random": Random()}, executor=executor)
        assert [future.cancelled() for future in executor.futures] == [False, True, True, True]

    def test_an_interrupt_cancels_what_has_not_begun(self, monkeypatch):
        def interrupt(_, text):
            raise KeyboardInterrupt(text)

        monkeypatch.setattr(Progress, "advance", interrupt)
        executor = OnlyTheFirst()
        with pytest.raises(KeyboardInterrupt):
            race(executor=executor)
        assert [future.cancelled() for future in executor.futures] == [False, True, True, True]


def result_of(curves, n_labels=(10, 20, 40), baseline="random"):
    """A result with these curves: strategy to a list of curves, one for each seed."""
    rows = [
        (name, seed, n, value, value / 2, 0.5)
        for name, of_seeds in curves.items()
        for seed, curve in enumerate(of_seeds)
        for n, value in zip(n_labels, curve, strict=True)
    ]
    columns = ("strategy", "seed", "n_labels", "accuracy", "balanced_accuracy", "seconds")
    return al.RaceResult.from_rows(rows, columns, baseline)


BY_HAND = {
    "random": [[0.2, 0.4, 0.6], [0.4, 0.6, 0.8]],
    "margin": [[0.2, 0.6, 0.8], [0.4, 0.8, 1.0]],
    "entropy": [[0.0, 0.0, 0.6], [0.2, 0.2, 1.0]],
}


class TestTheTables:
    """Computed by hand."""

    def test_the_area_under_a_curve(self):
        area = area_under_curve(np.array([10, 20, 40]), np.array([0.2, 0.4, 0.6]))
        assert area == pytest.approx((10 * 0.3 + 20 * 0.5) / 30)
        level = area_under_curve(np.array([3, 50, 51]), np.full((2, 3), 0.7))
        assert level == pytest.approx([0.7, 0.7])

    def test_the_best_stands_first_with_its_lead_over_the_baseline(self):
        table = result_of(BY_HAND).aulc
        assert table.index.tolist() == ["margin", "random", "entropy"]
        assert table["accuracy"].tolist() == pytest.approx([21 / 30, 16 / 30, 10 / 30])
        assert table["accuracy_gain"].tolist() == pytest.approx([5 / 30, 0, -6 / 30])
        assert table["balanced_accuracy_gain"].tolist() == pytest.approx([5 / 60, 0, -6 / 60])
        assert (table["seconds"] == 0.5).all()

    def test_standard_errors_of_a_difference_are_paired(self):
        table = result_of(BY_HAND).aulc
        # the areas of the two seeds are 0.2 apart, and by 2 / 30 more with entropy
        assert table["accuracy_se"].tolist() == pytest.approx([0.1, 0.1, 4 / 30])
        assert table["accuracy_gain_se"].tolist() == pytest.approx([0, 0, 1 / 30])

    def test_one_seed_has_no_standard_error(self):
        table = result_of({name: curves[:1] for name, curves in BY_HAND.items()}).aulc
        assert table["accuracy_se"].isna().all()
        assert table["accuracy_gain_se"].isna().all()

    def test_labels_to_reach_a_goal(self):
        table = result_of(BY_HAND).labels_to_reach(0.8)
        assert table.index.tolist() == ["margin", "random", "entropy"]
        assert table["labels"].tolist() == pytest.approx([30, np.nan, np.nan], nan_ok=True)
        assert table["reached"].tolist() == [2, 1, 1]
        assert (table["seeds"] == 2).all()
        assert result_of(BY_HAND).labels_to_reach(0.3, "balanced_accuracy")["reached"][0:1].item()

    def test_a_seed_that_never_reached_the_goal_counts_as_more_than_the_budget(self):
        curves = {"random": [[0.1, 0.9, 0.9], [0.1, 0.1, 0.9], [0.1, 0.1, 0.1]]}
        assert result_of(curves).labels_to_reach(0.9)["labels"].item() == 40

    def test_a_goal_or_a_metric_that_makes_no_sense_is_refused(self):
        with refused(InvalidInput, "goal is a share", "90", "Pass 0.9"):
            result_of(BY_HAND).labels_to_reach(90)
        with refused(InvalidInput, "metric must be known", "'f1'", "'balanced_accuracy'"):
            result_of(BY_HAND).labels_to_reach(0.9, "f1")

    @pytest.mark.parametrize(
        ("strategies", "baseline"),
        [
            ({"margin": Margin(), "random": Random()}, "random"),
            ([Margin(), Random()], "Random()"),
            ({"margin": Margin(), "entropy": Entropy()}, "margin"),
        ],
    )
    def test_the_baseline_is_random_or_else_the_first(self, strategies, baseline):
        assert race(strategies, seeds=1).baseline == baseline


class TestWhatIsSaid:
    def test_who_won_and_by_how_much(self):
        assert repr(result_of(BY_HAND)) == (
            "<RaceResult: margin wins, 0.700 accurate on average from 10 to 40 labels: "
            "0.167 ± 0.000 above random; 2 seeds, 95 % intervals.>"
        )

    def test_a_lead_that_may_be_chance_is_no_victory(self):
        curves = {**BY_HAND, "margin": [[0.2, 0.4, 0.5], [0.6, 0.8, 0.9]]}
        said = result_of(curves).summary
        assert said.startswith("margin leads, ")
        assert "above random (may be chance); 2 seeds" in said

    def test_the_runner_up_is_named_beside_the_baseline(self):
        said = result_of({**BY_HAND, "herding": [[0.9] * 3, [0.9] * 3]}).summary
        assert said.startswith("herding ")
        assert "0.367 ± 1.271 above random (may be chance) and 0.200" in said
        assert "above margin (may be chance)" in said

    def test_one_seed_says_so(self):
        said = result_of({"random": [[0.1, 0.2, 0.3]], "<b>": [[0.2, 0.3, 0.4]]}).summary
        assert said.startswith("<b> leads, ")
        assert said.endswith("; one seed.")

    def test_names_are_shown_as_text(self):
        shown_as = result_of({"<b>": [[0.2, 0.3, 0.4]]}, baseline="<b>")._repr_html_()
        assert "<b>" not in shown_as
        assert "&lt;b&gt;" in shown_as
        assert "data:image/png;base64," in shown_as


class TestThePicture:
    def test_it_has_a_line_for_each_strategy_the_best_one_first(self):
        result = result_of(BY_HAND)
        assert result.plot() is result
        lines = result.ax_.get_lines()
        assert [line.get_label() for line in lines] == ["margin", "random", "entropy"]
        assert np.allclose(lines[0].get_ydata(), [0.3, 0.7, 0.9])
        assert len({line.get_color() for line in lines}) == 3
        assert {text.get_text() for text in result.ax_.texts} == set(BY_HAND)

    def test_it_draws_where_it_is_told_to(self):
        ax = Figure().add_subplot()
        assert result_of(BY_HAND).plot(ax, theme="dark", metric="balanced_accuracy").ax_ is ax
        assert np.allclose(ax.get_lines()[0].get_ydata(), [0.15, 0.35, 0.45])

    def test_it_is_a_png_at_the_end_of_a_cell(self):
        assert result_of(BY_HAND)._repr_png_().startswith(b"\x89PNG")

    @pytest.mark.parametrize("name", ["_private", "costs $5 or $6", "x" * 60])
    def test_a_name_may_hold_anything(self, name):
        assert result_of({name: [[0.1, 0.2, 0.3]]}, baseline=name).png()

    def test_more_strategies_than_colors_are_told_apart_by_dots(self):
        many = {f"s{k}": [[k / 20] * 3] for k in range(12)}
        result = result_of(many, baseline="s0").plot()
        looks = {(line.get_color(), line.get_linestyle()) for line in result.ax_.get_lines()}
        assert len(looks) == 12

    def test_one_batch_is_drawn_as_a_dot(self):
        result = result_of({"random": [[0.5], [0.6]]}, n_labels=(10,)).plot()
        assert result.ax_.get_lines()[0].get_marker() == "o"

    def test_names_do_not_cover_each_other(self):
        places = spread(np.sort(np.random.default_rng(0).beta(9, 1, size=10)), 0.1)
        assert (np.diff(places) >= 0.1 - 1e-12).all()
        assert places[0] >= 0
        assert places[-1] <= 1

    def test_a_theme_that_is_not_known_is_refused(self):
        with refused(InvalidInput, "theme must be known", "'pink'", "dark"):
            result_of(BY_HAND).plot(theme="pink")


class TestProgress:
    def test_it_counts_and_says_how_long_the_rest_will_take(self, monkeypatch):
        clock = iter([0.0, 0.0, 14.0])
        monkeypatch.setattr(time, "monotonic", lambda: next(clock))
        with Progress(3, unit="runs", shown=False) as progress:
            assert progress.words == "0 of 3 runs"
            progress.advance("margin")
            assert progress.words == "1 of 3 runs, margin, about 28 s left"
            progress.advance()
            progress.advance("random")
            assert progress.words == "3 of 3 runs, random"

    def test_a_race_counts_its_runs(self, monkeypatch):
        told = []
        monkeypatch.setattr(Progress, "_show", lambda self: told.append(self.words.split(",")[0]))
        race(progress=True)
        assert told == [f"{k} of 4 runs" for k in range(5)]

    def test_on_a_terminal_it_is_a_line_that_is_written_over(self, monkeypatch, capsys):
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        with Progress(2, unit="runs") as progress:
            progress.advance("margin")
            progress.advance("random")
        lines = capsys.readouterr().err.split("\r\x1b[K")[1:]
        assert lines[0] == "[....................] 0 of 2 runs"
        assert lines[1].startswith("[##########..........] 1 of 2 runs, margin, ")
        assert lines[3] == "2 runs in 0 s\n"

    def test_in_a_file_it_is_nothing(self, capsys):
        with Progress(1) as progress:
            progress.advance()
        assert capsys.readouterr() == ("", "")

    def test_in_a_notebook_one_output_is_replaced(self, monkeypatch):
        outputs = []

        class Handle:
            def update(self, bundle, *, raw):
                outputs.append(("update", bundle, raw))

        def display(bundle, *, raw, display_id):
            outputs.append(("display", bundle, raw and display_id))
            return Handle()

        shell = type("Shell", (), {"kernel": object()})()
        module = type(sys)("IPython")
        module.get_ipython = lambda: shell
        module.display = type(sys)("IPython.display")
        module.display.display = display
        monkeypatch.setitem(sys.modules, "IPython", module)
        with Progress(2, unit="runs") as progress:
            progress.advance("<b>")
        kinds, bundles, raw = zip(*outputs, strict=True)
        assert kinds == ("display", "update", "update")
        assert all(raw)
        assert '<progress value="1" max="2"' in bundles[1]["text/html"]
        assert "&lt;b&gt;" in bundles[1]["text/html"]
        assert bundles[2]["text/plain"] == "1 of 2 runs in 0 s"
