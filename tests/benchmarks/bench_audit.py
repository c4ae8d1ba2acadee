"""How often an audit's interval holds the truth, and how many wrong answers a review finds.

    make bench ARGS=audit

The first two tables are computed, not simulated: how often each way to make a 95 % interval holds
the true share of errors, over samples of 20 to 300 out of 200 to 1,000,000 labels, of which 0.5 to
50 % are wrong. The third simulates audits of a learner's own propagation. The last one has labels
of 200 chosen answers turned into others at random; the learner is told nothing of it.
"""

from __future__ import annotations

import warnings

import numpy as np
from data_sets import load
from report import table
from scipy.stats import beta, betabinom, hypergeom, norm
from threadpoolctl import threadpool_limits

from al_widgets import ActiveLearner, Pool, SimulatedOracle
from al_widgets.auditing import error_interval

SAMPLES, POPULATIONS = (20, 30, 50, 100, 200, 300), (200, 1_000, 10_000, 1_000_000)
RATES = np.geomspace(0.005, 0.5, 40)
SETS, SEEDS, MOST, ANSWERS = ("digits", "letter", "banking77"), 3, 6_000, 200


def ours(n: int, size: int) -> np.ndarray:
    """Wilson's for a finite population, and a lower low end of a single error."""
    return np.array([error_interval(k, n, size) for k in range(n + 1)])


def mid_p(n: int, size: int) -> np.ndarray:
    """The numbers of errors that a two-sided mid-p test does not reject, as shares."""
    found = np.arange(n + 1)
    low, high = np.zeros(n + 1, dtype=int), np.full(n + 1, size)
    while (low < high).any():  # the most errors of which so few are not yet too few
        wrong = (low + high + 1) // 2
        sample = hypergeom(size, wrong, n)
        fits = sample.cdf(found) - sample.pmf(found) / 2 > 0.025
        low, high = np.where(fits, wrong, low), np.where(fits, high, wrong - 1)
    ends = low / size
    return np.column_stack([1 - ends[::-1], ends])


def jeffreys(n: int, size: int) -> np.ndarray:
    """The beta-binomial posterior of the unseen, with the prior of Jeffreys."""
    k, rest = np.arange(n + 1)[:, None], size - n
    if rest > 20_000:
        unseen = np.round(rest * beta.ppf([0.025, 0.975], k + 0.5, n - k + 0.5))
    else:
        unseen = betabinom.ppf([0.025, 0.975], rest, k + 0.5, n - k + 0.5)
    return (k + unseen) / size


def wilson(n: int, size: int) -> np.ndarray:
    """Wilson's interval with the correction for a finite population."""
    share = np.arange(n + 1)[:, None] / n
    z = norm.ppf(0.975) * np.sqrt((size - n) / (size - 1))
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (share + z * z / (2 * n) + half * [-1, 1]) / (1 + z * z / n)


def held(ends: np.ndarray, n: int, size: int, wrong: np.ndarray) -> np.ndarray:
    """Return how often the interval holds the truth, for each true number of errors."""
    chances = hypergeom.pmf(np.arange(n + 1), size, wrong[:, None], n)
    truth = wrong[:, None] / size
    inside = (ends[:, 0] <= truth + 1e-12) & (truth <= ends[:, 1] + 1e-12)
    return (chances * inside).sum(axis=1)


KINDS = (
    ("ours", ours),
    ("Wilson, finite population", wilson),
    ("Jeffreys, beta-binomial", jeffreys),
    ("mid-p, hypergeometric", mid_p),
)


def coverage() -> None:
    """Print how often each kind of interval holds the truth."""
    rows, by_size = [], []
    for name, ends in KINDS:
        found, enough, width = [], [], []
        for n in SAMPLES:
            here = []
            for size in POPULATIONS:
                if n < size:
                    wrong = np.unique(np.maximum(1, np.round(RATES * size))).astype(int)
                    each = held(made := ends(n, size), n, size, wrong)
                    found.append(each)
                    here.append(each[wrong * n >= size])
                    width.append((made[:, 1] - made[:, 0]).mean())
            enough.extend(here)
            if ends is ours:
                some = np.concatenate(here)
                by_size.append([n, f"{some.mean():.3f}", f"{some.min():.3f}", f"{some.max():.3f}"])
        found, enough = np.concatenate(found), np.concatenate(enough)
        within = [np.mean((each >= 0.93) & (each <= 0.97)) for each in (found, enough)]
        rows.append(
            [
                name,
                f"{found.mean():.3f}",
                f"{found.min():.3f}",
                *(f"{share:.2f}" for share in within),
                f"{enough.mean():.3f}",
                f"{np.mean(width):.3f}",
            ]
        )
    table(
        "95 % intervals: how often they hold the truth",
        [
            "",
            "mean",
            "least",
            "in 93-97 %",
            "the same, 1 error expected or more",
            "its mean",
            "width",
        ],
        rows,
    )
    table(
        "Ours, where an error or more is expected",
        ["sample", "mean", "least", "most"],
        by_size,
    )


def audits() -> None:
    """Print how often the interval holds the truth in 1,000 audits of a real propagation."""
    rows, rng = [], np.random.default_rng(0)
    for name in SETS:
        for answers in (50, 200):
            if (made := taught(name, 0, answers)) is None:
                continue
            learner, y = made
            found = learner.propagate()
            wrong = (found.label != y)[found.is_propagated]
            for n in (50, 100):
                counts = rng.hypergeometric(wrong.sum(), (~wrong).sum(), n, 1_000)
                ends = {k: error_interval(k, n, len(wrong)) for k in set(counts.tolist())}
                inside = np.mean([ends[k][0] <= wrong.mean() <= ends[k][1] for k in counts])
                rows.append([name, answers, len(wrong), f"{wrong.mean():.3f}", n, f"{inside:.3f}"])
    columns = ["data", "answers", "propagated", "true error", "sample", "held"]
    table("1,000 simulated audits of what was propagated", columns, rows)


def taught(name: str, seed: int, answers: int) -> tuple | None:
    """Return a learner with so many right answers, and the true classes."""
    if (loaded := load(name)) is None:
        return None
    some = np.random.default_rng(0).permutation(len(loaded[1]))[:MOST]
    classes, y = np.unique(np.asarray(loaded[1])[some], return_inverse=True)
    pool = Pool(loaded[0][some])
    _ = pool.geometry.variations
    learner = ActiveLearner(pool, range(len(classes)), budget=ANSWERS, random_state=seed)
    learner.teach(SimulatedOracle(y), answers)
    return learner, y


def suspicion() -> None:
    """Print how many wrong answers are found among chosen ones."""
    rows = []
    for name in SETS:
        for share in (0.05, 0.1):
            flagged = right = early = wrong = 0
            for seed in range(SEEDS):
                if (made := taught(name, seed, ANSWERS)) is None:
                    break
                bad, learner = spoiled(*made, share, seed)
                found = learner.suspicious()["item"].tolist()
                flagged, wrong = flagged + len(found), wrong + len(bad)
                right += len(bad.intersection(found))
                early += len(bad.intersection(found[: len(bad)]))
            if wrong:
                precision = f"{right / max(1, flagged):.2f}"
                rows.append(
                    [name, f"{share:.0%}", wrong, flagged, precision, f"{right / wrong:.2f}"]
                )
                rows[-1].append(f"{early / wrong:.2f}")
    columns = ["data", "wrong", "in all", "suspicious", "precision", "recall", "recall, as many"]
    table(f"Wrong ones among {ANSWERS} answers, {SEEDS} seeds together", columns, rows)


def spoiled(learner, y, share: float, seed: int) -> tuple[set, ActiveLearner]:
    """Return which answers were turned into wrong ones, and a learner that has them."""
    rng, pool = np.random.default_rng(seed), learner.pool
    items, n_classes = learner.labels["item"].tolist(), len(learner.classes)
    bad = set(rng.choice(items, round(share * len(items)), replace=False).tolist())
    other = ActiveLearner(pool, range(n_classes), budget=ANSWERS, validation=None)
    for item in items:
        shift = rng.integers(1, n_classes) if item in bad else 0
        other.label(item, int((y[pool.position(item)] + shift) % n_classes))
    return bad, other


def main() -> None:
    """Measure and print."""
    warnings.filterwarnings("ignore")
    threadpool_limits(1)
    coverage()
    audits()
    suspicion()


if __name__ == "__main__":
    main()
