"""Whether thresholds for streams keep to their rate, their budget and their promise.

    make bench ARGS=thresholds

Rates: streams of 20,000 made-up confidences, and digits and banking77 through a logistic regression
that is retrained after every ten answers; beside fixed thresholds and the budget managers of
scikit-activeml, where it is installed. Promise: 200 simulated streams of 5,000 items a setting;
answers come in tens. Drift: how often there is an alarm without one, and how late with one.
"""

from __future__ import annotations

import sys
import time
import warnings
from importlib.util import find_spec

import numpy as np
from data_sets import load
from report import table
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from al_widgets.thresholds import (
    Checks,
    Drift,
    Fixed,
    Guaranteed,
    Paced,
    Randomized,
    Stretch,
    TargetRate,
)

RATE, N, STREAMS, LENGTH, MUCH = 0.05, 20_000, 200, 5_000, 10**9
PEERS = (
    "BalancedIncrementalQuantileFilter",
    "VariableUncertaintyBudgetManager",
    "SplitBudgetManager",
)


class Peer:
    """A budget manager of scikit-activeml, asked about one item after another."""

    def __init__(self, name: str) -> None:
        from skactiveml.stream import budgetmanager

        more = {"random_state": 0} if name.startswith("Split") else {}
        self.manager, self.name = getattr(budgetmanager, name)(budget=RATE, **more), name

    def scan(self, stretch: Stretch) -> np.ndarray:
        asked: list[bool] = []
        for doubt in 1 - stretch.confidence:
            utilities = np.array([doubt])
            chosen = self.manager.query_by_utility(utilities)
            one = np.zeros((1, 1))
            more = {"utilities": utilities} if self.name.startswith("Balanced") else {}
            self.manager.update(one, chosen, **more)
            asked.append(len(chosen) > 0)
            if sum(asked) == stretch.most:
                break
        return np.array(asked)

    def __repr__(self) -> str:
        return f"scikit-activeml {self.name}"


def contenders(n: int) -> list:
    """Return fresh thresholds."""
    ours = [
        Fixed(0.6),
        Fixed(0.9),
        TargetRate(RATE),
        Randomized(TargetRate(RATE)),
        Paced(n),
    ]
    if find_spec("skactiveml") is None:
        print("skactiveml is not installed, passed over", file=sys.stderr)
        return ours
    return ours + [Peer(name) for name in PEERS]


def made(kind: str, rng: np.random.Generator) -> np.ndarray:
    """Return confidences of a made-up stream."""
    some, when = 1 - 0.5 * rng.beta(0.5, 3, N), np.arange(N) / N
    if kind == "sorted by class":
        hard = rng.random(10)[np.sort(rng.integers(0, 10, N))]
        return 1 - np.clip(0.75 * hard * rng.random(N), 0, 0.9)
    if kind == "drifting":
        return 1 - 0.3 * rng.random(N) * np.exp(-3 * when)
    if kind == "suddenly sure":
        return np.where(when < 0.5, some, 1 - 1e-4 * (1 - some))
    if kind == "nearly all 1.0":
        return np.where(rng.random(N) < 0.98, 1.0, some)
    return some


def stretch(confidence: np.ndarray, rng: np.random.Generator, left: int, most: int) -> Stretch:
    n = len(confidence)
    return Stretch(confidence, np.zeros(n, dtype=bool), rng.random(n), 0, left, most)


def rates() -> None:
    """Print the share that is asked about on made-up streams."""
    rows, kinds = {}, ("shuffled", "sorted by class", "drifting", "suddenly sure", "nearly all 1.0")
    for kind in kinds:
        confidence = made(kind, np.random.default_rng(0))
        for threshold in contenders(N):
            left = int(RATE * N) if isinstance(threshold, Paced) else MUCH
            asked = threshold.scan(stretch(confidence, np.random.default_rng(1), left, left))
            doubt = 1 - confidence[: len(asked)][asked].mean() if asked.any() else 0
            cell = f"{asked.sum() / N:.2%} ({doubt:.3f})"
            rows.setdefault(repr(threshold), []).append(cell)
    table(
        f"Share asked about, {RATE:.0%} wanted (mean doubt of the asked), {N:,} items",
        ["", *kinds],
        [[name, *cells] for name, cells in rows.items()],
    )


def real() -> None:
    """Print the share asked about, and the accuracy that came of it, on real data."""
    for name in ("digits", "banking77"):
        if (loaded := load(name)) is None:
            continue
        X, y = np.asarray(loaded[0]), np.unique(loaded[1], return_inverse=True)[1]
        some = np.random.default_rng(0).permutation(len(y))[:4_000]
        X, y, rows = X[some], y[some], []
        for order in ("shuffled", "sorted by class"):
            rest = np.arange(len(y) // 4, len(y))
            if order != "shuffled":
                rest = rest[np.argsort(y[rest], kind="stable")]
            for threshold in contenders(len(rest)):
                asked, accuracy = follow(threshold, X, y, rest)
                rows.append([order, repr(threshold), f"{asked:.2%}", f"{accuracy:.3f}"])
        table(
            f"{name}: share asked about, {RATE:.0%} wanted, and accuracy at the end on a quarter",
            ["order", "", "asked", "accuracy"],
            rows,
        )


def follow(threshold, X, y, rest) -> tuple[float, float]:
    """Let the items `rest` stream by a model that learns; test on the first quarter."""
    test, rng = slice(0, len(y) // 4), np.random.default_rng(0)
    known = rng.choice(rest, 2 * (y.max() + 1), replace=False).tolist()
    left, done, total = int(RATE * len(rest)), 0, 0
    while done < len(rest):
        model = LogisticRegression(max_iter=200).fit(X[known], y[known])
        confidence = model.predict_proba(X[rest[done:]]).max(axis=1)
        budget = left - total if isinstance(threshold, Paced) else MUCH
        if budget <= 0:
            break
        piece = stretch(confidence, np.random.default_rng(done), budget, min(10, budget))
        asked = threshold.scan(piece)
        known += rest[done : done + len(asked)][asked].tolist()
        total, done = total + int(asked.sum()), done + len(asked)
    return total / len(rest), model.score(X[test], y[test])


def setting(kind: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return confidences and which labels are wrong, of a simulated stream."""
    number = np.arange(LENGTH)
    doubt = 0.5 * rng.beta(0.25, 2.2, LENGTH)
    error, shown = doubt, doubt
    if kind == "never wrong":
        error = 0 * doubt
    elif kind == "right in 83 %":
        error = shown = 0.6 * rng.beta(0.5, 1.3, LENGTH)
    elif kind == "the same, overconfident":
        error = 0.6 * rng.beta(0.5, 1.3, LENGTH)
        shown = 0.3 * error
    elif kind == "right in 95 %, underconfident":
        shown = np.minimum(0.9, 2 * doubt + 0.1)
    elif kind == "learns, from 55 % to 95 %":
        grown = np.minimum(1, number / 1_500)
        error = shown = (1 - grown) * 0.9 * rng.random(LENGTH) + grown * doubt
    elif kind == "6 % wrong everywhere":
        error = np.full(LENGTH, 0.06)
    elif kind == "drift: suddenly 15 % more, half way":
        error = doubt + 0.15 * (number >= LENGTH // 2)
    elif kind == "drift: the same, after 600 items":
        error = doubt + 0.15 * (number >= 600)
    elif kind == "drift: slowly 10 % more":
        error = doubt + 0.15 * np.maximum(0, number / LENGTH - 0.3)
    return 1 - shown, rng.random(LENGTH) < error


def promised(kind: str, seed: int) -> tuple:
    """Return whether a stream kept the promise, and what it accepted and cost."""
    rng = np.random.default_rng(seed)
    confidence, is_wrong = setting(kind, rng)
    coins, threshold, done = rng.random(LENGTH), Guaranteed(), 0
    accepted, drawn, probability = np.zeros(LENGTH, dtype=bool), [], []
    answers, first = 0, None
    while done < LENGTH:
        here, share = slice(done, done + 256), threshold.share
        is_drawn = coins[here] < share
        asked = threshold.scan(Stretch(confidence[here], is_drawn, coins[here], done, MUCH, 10))
        new = done + np.flatnonzero(is_drawn[: len(asked)])
        drawn, probability = [*drawn, *new.tolist()], [*probability, *[share] * len(new)]
        accepted[done : done + len(asked)] = ~asked
        answers, done = answers + int(asked.sum()), done + len(asked)
        at = np.array(drawn, dtype=int)
        threshold.learn(Checks(confidence[at], is_wrong[at], np.array(probability), at))
        if first is None and threshold.value <= 1:
            first = len(drawn)
    wrong = is_wrong[accepted].mean() if accepted.any() else 0.0
    kept = wrong <= threshold.error
    return kept, accepted.mean(), wrong, answers, len(drawn), first, threshold.n_revoked


def promises() -> None:
    """Print how often the promise is kept."""
    kinds, rows = (
        (
            "never wrong",
            "right in 95 %",
            "right in 95 %, underconfident",
            "right in 83 %",
            "the same, overconfident",
            "learns, from 55 % to 95 %",
            "6 % wrong everywhere",
            "drift: suddenly 15 % more, half way",
            "drift: the same, after 600 items",
            "drift: slowly 10 % more",
        ),
        [],
    )
    for kind in kinds:
        found = [promised(kind, seed) for seed in range(STREAMS)]
        kept, accepted, wrong, answers, drawn, first, revoked = zip(*found, strict=True)
        began = [each for each in first if each is not None]
        rows.append(
            [
                kind,
                f"{np.mean(kept):.1%}",
                f"{np.mean(accepted):.1%}",
                f"{np.mean(wrong):.2%}",
                f"{np.mean(answers):,.0f}",
                f"{np.mean(drawn):,.0f}",
                f"{np.median(began):.0f}" if began else "never",
                f"{len(began) / STREAMS:.1%}",
                f"{np.mean(revoked):.2f}",
            ]
        )
    columns = ["", "kept", "accepted", "wrong among them", "answers", "of drawn items"]
    columns += ["draws before it accepts", "ever accepts", "taken back"]
    title = f"At most 5 % wrong, {STREAMS} streams of {LENGTH:,} items"
    table(title, columns, rows)


def drift() -> None:
    """Print false alarms and delays."""
    rng, rows, alarms = np.random.default_rng(1), [], 0
    for _ in range(100):
        watched, confidence = Drift(), 1 - 0.5 * rng.beta(0.25, 2.2, 100_000)
        alarms += sum(watched.see(confidence[i : i + 5_000], i) for i in range(0, 100_000, 5_000))
    rows.append(["confidence, nothing happens", f"{alarms / 100:.2f} alarms in 100,000 items", ""])
    for drop in (0.02, 0.05, 0.2):
        late = []
        for _ in range(50):
            confidence = 1 - 0.5 * rng.beta(0.25, 2.2, 40_000)
            confidence[20_000:] = np.clip(confidence[20_000:] - drop, 0, 1)
            watched = Drift()
            watched.see(confidence, 0)
            late.append(watched.alarm.number - 20_000 if watched.alarm else np.inf)
        rows.append(
            [f"confidence, {drop} lower", f"{np.median(late):.0f} items later", missed(late)]
        )
    for usual in (0.02, 0.05, 0.1):
        alarms = sum(errors(rng.random(2_000) < usual)[1] for _ in range(100))
        rows.append(
            [f"{usual:.0%} wrong, nothing happens", f"{alarms / 2:.0f} in 100,000 draws", ""]
        )
        for more in (0.1, 0.2, 0.5):
            late = [
                errors(np.r_[rng.random(300) < usual, rng.random(700) < usual + more])[0] - 300
                for _ in range(100)
            ]
            seen = [each for each in late if each > 0]
            rows.append(
                [f"{usual + more:.0%} instead", f"{np.median(seen):.0f} draws later", missed(seen)]
            )
    table("Drift", ["what happens", "noticed", "missed"], rows)


def errors(is_wrong: np.ndarray) -> tuple[float, int]:
    """Return where the first change is noticed after 300 draws, and how many are in all."""
    watched, n, first, ones = Drift(), 0, np.inf, np.ones(len(is_wrong))
    for i in range(10, len(is_wrong) + 1, 10):
        at = np.arange(i)
        if watched.learn(Checks(ones[:i], is_wrong[:i], ones[:i], at)):
            n += 1
            first = min(first, watched.alarm.number if watched.alarm.number >= 300 else np.inf)
    return first, n


def missed(late: list[float]) -> str:
    return f"{np.mean(np.isinf(late)):.0%}"


def speed() -> None:
    """Print how long 65,536 items take."""
    rng, rows = np.random.default_rng(0), []
    confidence = 1 - 0.5 * rng.beta(0.5, 3, 65_536)
    for threshold in (Fixed(), TargetRate(RATE), Paced(10**6), Guaranteed(), Randomized(0.8)):
        piece, took = stretch(confidence, rng, MUCH, MUCH), []
        for _ in range(5):
            began = time.perf_counter()
            threshold.scan(piece)
            took.append(1e3 * (time.perf_counter() - began))
        rows.append([threshold, f"{np.median(took):.2f}"])
    table("65,536 items, ms", ["", "ms"], rows)


def main() -> None:
    """Measure and print."""
    warnings.filterwarnings("ignore")
    threadpool_limits(1)
    speed()
    rates()
    drift()
    promises()
    real()


if __name__ == "__main__":
    main()
