"""When would the advice be to stop, and what was left to gain then?

    make bench ARGS=stop

The default learner is taught by a simulated annotator, in batches of 10 up to 400 answers, and
asked for its advice after every batch. The accuracy is that of the model on what nobody answered;
the learner knows nothing of it. Larger data sets are cut to 6,000 random items.
"""

from __future__ import annotations

import warnings

import numpy as np
from data_sets import load
from report import table
from threadpoolctl import threadpool_limits

from al_widgets import ActiveLearner, Pool, SimulatedOracle
from al_widgets.context import predict_at

SETS = ("digits", "spoken", "letter", "banking77", "imbalanced-4")
SEEDS, MOST, BUDGET, BATCH, LOOKS = 3, 6_000, 400, 10, (100, 200, 300)


def follow(X, y, classes, seed, validation) -> list[tuple]:
    """Return (answers, advice, accuracy) after every batch."""
    pool = Pool(X)
    _ = pool.geometry.variations
    learner = ActiveLearner(
        pool, classes=list(classes), budget=BUDGET + 1, validation=validation, random_state=seed
    )
    oracle, points = SimulatedOracle(classes[y]), []
    for _ in range(BUDGET // BATCH):
        learner.teach(oracle, BATCH)
        if learner.model is not None:
            free = np.setdiff1d(
                np.arange(len(pool)), [pool.position(item) for item in learner.labels["item"]]
            )
            proba = predict_at(learner.model, pool, free, len(classes))
            accuracy = float((proba.argmax(axis=1) == y[free]).mean())
            points.append((learner.budget.spent, learner.advice(), accuracy))
    return points


def summed(name: str, seed: int, points: list[tuple]) -> tuple[list, list]:
    """Return a row about the moment of the advice, and the truth beside what was expected."""
    accuracy = {spent: each for spent, _, each in points}
    stop = next((spent for spent, advice, _ in points if advice.stop), None)
    if stop is None:
        row = [name, seed, "never", "", "", "", ""]
    else:
        words = next(advice.sentence for spent, advice, _ in points if spent == stop)
        print(f"{name}, seed {seed}, after {stop}: {words}")
        to_come = [
            f"{100 * (accuracy[n] - accuracy[stop]):+.1f}" if stop < n <= BUDGET else ""
            for n in (stop + 50, 300, BUDGET)
        ]
        row = [name, seed, stop, f"{accuracy[stop]:.3f}", *to_come]
    gains = []
    for spent, advice, each in points:
        if spent in LOOKS and advice.reasons[0].is_met is not None:
            said = advice.reasons[0].words.split("about ")[1].replace(" points of accuracy", "")
            gains.append([name, seed, spent, said, f"{100 * (accuracy[spent + 50] - each):.1f}"])
    return row, gains


def main() -> None:
    """Measure and print."""
    warnings.filterwarnings("ignore")
    threadpool_limits(1)
    rows, gains, stable = [], [], []
    for name in SETS:
        if (loaded := load(name)) is None:
            continue
        some = np.random.default_rng(0).permutation(len(loaded[1]))[:MOST]
        X, (classes, y) = (
            loaded[0][some],
            np.unique(np.asarray(loaded[1])[some], return_inverse=True),
        )
        for seed in range(SEEDS):
            row, told = summed(name, seed, follow(X, y, classes, seed, 0.2))
            rows.append(row)
            gains += told
        stable.append(summed(name, 0, follow(X, y, classes, 0, None))[0])
    columns = ["data", "seed", "stop at", "accuracy", "next 50", "to 300", f"to {BUDGET}"]
    table("A fifth of the answers validates: when to stop, and points left to gain", columns, rows)
    table("Without validation: stable predictions alone", columns, stable)
    table(
        "Gain of the next 50 answers: as told, and as it came",
        ["data", "seed", "answers", "told (90 %)", "came"],
        gains,
    )


if __name__ == "__main__":
    main()
