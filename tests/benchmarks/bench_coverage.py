"""Sea creatures: are all variations represented, and does the estimated coverage tell the truth?

    make bench ARGS=coverage

10,000 pictures, 10 classes, 65 true variations, of which the rarest has 9 pictures. The default
strategy asks in batches of 10, from no label at all, with the default model, until every true
variation has a label. For random asking that is drawn 1,000 times. Along the first 1,000 labels of
both, `learner.coverage().score` is compared with the true share of variations that have a label;
nothing is told about the true variations to what measures or asks.
"""

from __future__ import annotations

import warnings

import numpy as np
from report import table
from scipy.stats import spearmanr

from al_widgets import datasets
from al_widgets.context import Context
from al_widgets.coverage import measure
from al_widgets.fitting import default_model, train
from al_widgets.strategies import Random, UncertaintyHerding

SEEDS, BATCH, MEASURED_TO, EVERY = 3, 10, 1_000, 50


class Session:
    """One simulated annotator, from no label on."""

    def __init__(self, pool, y, strategy, seed):
        self.pool, self.y, self.strategy, self.seed = pool, y, strategy, seed
        self.classes, self.label = np.unique(y, return_inverse=True)
        self.labeled = np.empty(0, dtype=int)
        self.estimator, self.model = default_model(pool), None

    @property
    def context(self) -> Context:
        """What is known now."""
        free = np.ones(len(self.pool), dtype=bool)
        free[self.labeled] = False
        return Context(
            pool=self.pool,
            classes=tuple(map(str, self.classes)),
            candidates=np.flatnonzero(free),
            labeled=self.labeled,
            labels=self.label[self.labeled],
            model=self.model,
            seed=(self.seed, len(self.labeled)),
        )

    def step(self) -> None:
        """Ask a batch, answer it and train."""
        query = self.strategy.select(self.context, BATCH)
        chosen = [self.pool.position(item) for item in query]
        self.labeled = np.concatenate([self.labeled, chosen])
        known = self.label[self.labeled]
        if len(np.unique(known)) > 1:
            X = self.pool.features[self.labeled]
            self.model = train(self.estimator, X, known, X[:0], self.seed).model


def labels_to_all_by_chance(variation: np.ndarray, n: int = 1_000) -> np.ndarray:
    """Return after how many random labels every variation has one, in `n` draws."""
    rng = np.random.default_rng(0)
    number = np.unique(variation, return_inverse=True)[1]
    found = np.empty(n, dtype=int)
    for draw in range(n):
        place = np.empty(len(number), dtype=int)
        place[rng.permutation(len(number))] = np.arange(len(number))
        first = np.full(number.max() + 1, len(number))
        np.minimum.at(first, number, place)
        found[draw] = first.max() + 1
    return found


def follow(session: Session, variation: np.ndarray, *, to_all: bool) -> tuple[list, int]:
    """Return (labels, true share, estimated share) along the way, and the labels to reach all."""
    n_variations, points, reached = len(set(variation)), [], 0
    while len(session.labeled) < MEASURED_TO or (to_all and not reached):
        session.step()
        n = len(session.labeled)
        share = len(set(variation[session.labeled])) / n_variations
        if share == 1 and not reached:
            reached = n
        if n <= MEASURED_TO and n % EVERY == 0:
            points.append((n, share, measure(session.context).score))
    return points, reached


def main() -> None:
    """Measure and print."""
    warnings.filterwarnings("ignore")
    pool, y, variation = datasets.make_sea_creatures()
    chance = labels_to_all_by_chance(variation)
    rows, curves, needed = [], {}, []
    for name, strategy in (("herding", UncertaintyHerding()), ("random", Random())):
        for seed in range(SEEDS):
            session = Session(pool, y, strategy, seed)
            points, reached = follow(session, variation, to_all=name == "herding")
            curves[name, seed] = np.array(points)
            if name == "herding":
                needed.append(reached)
            _, true, estimated = curves[name, seed].T
            rows.append(
                [
                    f"{name}, seed {seed}",
                    f"{spearmanr(true, estimated).statistic:.3f}",
                    f"{np.abs(true - estimated).mean():.3f}",
                    f"{(estimated - true).mean():+.3f}",
                ]
            )
    labels = [100, 200, 400, 600, 1_000]
    shares = []
    for name in ("herding", "random"):
        for k, what in ((1, "true"), (2, "estimated")):
            mean = np.mean([curves[name, seed][:, k] for seed in range(SEEDS)], axis=0)
            shares.append([f"{name}, {what}", *(f"{mean[n // EVERY - 1]:.2f}" for n in labels)])
    table("Share of the true variations with a label", ["after labels", *map(str, labels)], shares)
    median = int(np.median(needed))
    table(
        "Labels until all 65 variations have one",
        ["", "median", "goal"],
        [
            ["random, 1,000 draws", f"{np.median(chance):.0f}", ""],
            [f"herding, {SEEDS} seeds: {needed}", median, f"{np.median(chance) / 3:.0f} (a third)"],
        ],
    )
    table(
        f"Estimated against true share, every {EVERY} labels to {MEASURED_TO:,}",
        ["", "Spearman (goal 0.9)", "mean absolute difference (goal 0.1)", "mean difference"],
        rows,
    )


if __name__ == "__main__":
    main()
