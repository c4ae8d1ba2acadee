"""What it costs that the next query is chosen before the open one is answered.

    make bench ARGS=ahead

Digits, the default model, margin sampling, 200 answers in batches of 10, no validation. Accuracy on
all unlabeled items, mean over the trainings of a run. "waits" chooses when all is known, as a
script does; "one batch ahead" chooses while the batch before is unanswered and leaves it at that;
"and again late" is what the labeler does: it chooses once more when a fifth of the batch is left.
"""

from __future__ import annotations

from concurrent.futures import wait

import numpy as np
from report import table

from al_widgets import ActiveLearner, SimulatedOracle, datasets
from al_widgets.exceptions import NotEnoughLabels

SEEDS = 6


def run(seed: int, how: str) -> float:
    """Return the mean accuracy along one simulated session."""
    pool, truth = datasets.load_digits()
    oracle = SimulatedOracle(truth)
    learner = ActiveLearner(pool, range(10), budget=200, validation=None, random_state=seed)
    accuracies = []
    while query := learner.query():
        if how != "waits":
            learner.look_ahead()
        for number, item in enumerate(query, 1):
            learner.label(item, oracle.answer(pool, item))
            if how == "and again late" and number == 0.9 * len(query):
                settle(learner)
                learner.look_ahead()
        settle(learner)
        try:
            learner.retrain()
        except NotEnoughLabels:
            continue
        rest = np.setdiff1d(np.arange(len(pool)), learner.labels["item"].astype(int))
        accuracies.append((learner.model.predict(pool.features[rest]) == truth[rest]).mean())
    return float(np.mean(accuracies))


def settle(learner: ActiveLearner) -> None:
    """Wait for the training that is under way."""
    while learner.is_training:
        wait([learner._trainer.pending] if learner._trainer.pending else [])


def main() -> None:
    """Measure and print."""
    rows = []
    for how in ("waits", "one batch ahead", "and again late"):
        found = [run(seed, how) for seed in range(SEEDS)]
        error = np.std(found, ddof=1) / SEEDS**0.5
        rows.append([how, f"{np.mean(found):.4f} ± {error:.4f}"])
    table(f"Accuracy along the curve, {SEEDS} seeds", ["the next query", "mean ± s.e."], rows)


if __name__ == "__main__":
    main()
