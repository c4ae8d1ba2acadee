"""New items from old ones: whether they help, whether they ever do harm, and how long they take.

    make bench ARGS=synthesis

Answers are the same with synthesis and without: a learner gets them, is measured, makes items of
them, and is measured again. What is right counts on items without an answer.

PARTS=sea,balance,suite,speed chooses; SEEDS=2 shortens. Runs of `suite` are written to
build/synthesis.csv as they end, and are not run again while they stand there.
"""

from __future__ import annotations

import contextlib
import csv
import os
import resource
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from data_sets import DATA, IMBALANCED, SETS, raw
from report import table
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import al_widgets as al
from al_widgets.context import Context
from al_widgets.exceptions import InvalidInput
from al_widgets.synthesizers import Augment, Generate, Interpolate, MixUp, Regress

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = os.environ.get("PARTS", "sea,balance,suite,speed").split(",")
SEEDS = range(int(os.environ.get("SEEDS", "5")))
FILE = Path(__file__).parents[2] / "build" / "synthesis.csv"
COLUMNS = ["set", "model", "synthesizer", "seed", "without", "with", "in use", "on"]
DIM = ("dim", "murky")
BRIGHT_ANSWERS = 150
ANSWERS = 100


def regression(*, weighted: bool) -> Any:
    """Return logistic regression on standardized features."""
    weight = "balanced" if weighted else None
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, class_weight=weight))


# -- sea creatures ---------------------------------------------------------------------------------


def sea() -> None:
    """Label bright water only; measure on dim and murky pictures."""
    found = []
    for seed in SEEDS:
        pool, y, variation = al.datasets.make_sea_creatures(4_000, random_state=seed)
        is_dim = np.array([any(word in name for word in DIM) for name in variation])
        is_day = np.isin(variation, day_variations())
        bright = np.random.default_rng(seed).permutation(np.flatnonzero(is_day))[:BRIGHT_ANSWERS]
        for model in (None, regression(weighted=True)):
            learner = al.ActiveLearner(
                pool, np.unique(y), model=model, validation=None, budget=500, random_state=seed
            )
            for item in bright:
                learner.label(str(item), y[item])
            before = right_on(learner, is_dim, y)
            began = time.perf_counter()
            n = learner.synthesize(sampling=al.QuerySynthesis(Augment(), target="gaps"))
            seconds = time.perf_counter() - began
            after = right_on(learner, is_dim, y)
            found.append((model is None, before, after, n, seconds, learner.uses_synthetic))
    frame = pd.DataFrame(found, columns=["default", "before", "after", "n", "s", "on"])
    rows = []
    for is_default, some in frame.groupby("default", sort=False):
        gain = some["after"] - some["before"]
        rows.append(
            (
                "propagation (the default)" if is_default else "logistic regression",
                f"{100 * some['before'].mean():.1f}",
                f"{100 * some['after'].mean():.1f}",
                f"{100 * gain.mean():+.1f} ± {100 * gain.sem():.1f}",
                f"{100 * gain.min():+.1f}",
                f"{some['n'].mean():.0f}",
                f"{some['s'].mean():.1f}",
                f"{some['on'].sum()} of {len(some)}",
            )
        )
    table(
        f"Sea creatures, {BRIGHT_ANSWERS} labels in bright water only: % right on dim and murky",
        ["model", "without", "with", "gain", "least", "items made", "seconds", "stayed on"],
        rows,
    )


def day_variations() -> list[str]:
    """Return the names of the variations in daylight, in any place."""
    from al_widgets.datasets._variations import VARIATIONS

    return [
        f"{name} / {kind.name}"
        for name, kinds in VARIATIONS.items()
        for kind in kinds
        if kind.light == "day"
    ]


def right_on(learner: Any, mask: np.ndarray, y: np.ndarray) -> float:
    """Return the share of these items of which the trained model says what is true."""
    learner.retrain()
    names = np.array([str(name) for name in learner.classes])
    X = learner.pool.features[: len(y)][mask]
    model = learner.model
    rows = np.flatnonzero(mask)
    proba = model.proba_at(rows) if hasattr(model, "proba_at") else model.predict_proba(X)
    return float((names[model.classes_][proba.argmax(axis=1)] == y[mask].astype(str)).mean())


# -- balance, and the suite ------------------------------------------------------------------------


def credit() -> tuple[Any, np.ndarray] | None:
    """Return the frame and the target of credit-g, if it is there."""
    file = DATA / "tab_credit_g.csv.gz"
    if not file.exists():
        return None
    frame = pd.read_csv(file)
    return frame.iloc[:, :-1], frame.iloc[:, -1].to_numpy()


def load(name: str) -> tuple[Any, np.ndarray] | None:
    """Return features and labels as text, at most 5,000 of each set."""
    found = credit() if name == "credit-g" else raw(name)
    if found is None:
        return None
    X, y = found
    if len(y) > 5_000:
        some = np.sort(np.random.default_rng(0).permutation(len(y))[:5_000])
        X, y = X[some], y[some]
    return X, np.asarray(y).astype(str)


def answered(X: Any, y: np.ndarray, seed: int, model: Any, store: Path) -> Any:
    """Return a learner with its answers; it goes on where the store stopped."""
    learner = al.ActiveLearner(
        al.Pool(X), np.unique(y), model=model, budget=ANSWERS, random_state=seed, store=store
    )
    if not learner.budget.spent:
        learner.teach(al.SimulatedOracle(y))
    return learner


def balanced(learner: Any, y: np.ndarray) -> float:
    """Return the balanced accuracy on items without an answer."""
    learner.retrain()
    answered = learner.labels["item"].astype(int).to_numpy()
    rest = np.setdiff1d(np.arange(len(y)), answered)
    names, model = np.array([str(name) for name in learner.classes]), learner.model
    is_whole = hasattr(model, "proba_at")
    proba = model.proba_at(rest) if is_whole else model.predict_proba(learner.pool.features[rest])
    return float(balanced_accuracy_score(y[rest], names[model.classes_][proba.argmax(axis=1)]))


SYNTHESIZERS = {
    "Interpolate": Interpolate(),
    "Regress": Regress(),
    "MixUp": MixUp(),
    "Generate": Generate(),
}


def runs() -> Iterator[dict[str, Any]]:
    """Yield each run: read from the file, or made and written to it."""
    FILE.parent.mkdir(exist_ok=True)
    known = pd.read_csv(FILE).to_dict("records") if FILE.exists() else []
    yield from known
    done = {(r["set"], r["model"], r["synthesizer"], r["seed"]) for r in known}
    for name in ("credit-g", *IMBALANCED, *(s for s in SETS if s not in IMBALANCED)):
        for seed in SEEDS:
            for model in ("propagation", "weighted", "plain"):
                wanted = [s for s in SYNTHESIZERS if (name, model, s, seed) not in done]
                if model == "plain" and name not in ("credit-g", *IMBALANCED):
                    continue
                if not wanted or (found := load(name)) is None:
                    continue
                yield from measured((name, seed, model), wanted, *found)


def measured(
    run: tuple[str, int, str], wanted: list[str], X: Any, y: np.ndarray
) -> Iterator[dict[str, Any]]:
    """Run some synthesizers on the same answers."""
    _, seed, model = run
    estimator = None if model == "propagation" else regression(weighted=model == "weighted")
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder) / "answers.sqlite"
        before = balanced(answered(X, y, seed, estimator, answers), y)
        for synthesizer in wanted:
            copy = Path(folder) / f"{synthesizer}.sqlite"
            al.LabelStore(answers).copy_to(copy)
            learner = answered(X, y, seed, estimator, copy)
            how = al.QuerySynthesis(SYNTHESIZERS[synthesizer], target="balance")
            with contextlib.suppress(InvalidInput):  # as where each class has one answer
                learner.synthesize(sampling=how)
            yield _noted(learner, y, run, synthesizer, before)


def _noted(
    learner: Any, y: np.ndarray, run: tuple[str, int, str], synthesizer: str, before: float
) -> dict[str, Any]:
    """Return what came of it, and write it down."""
    name, seed, model = run
    row = {
        "set": name,
        "model": model,
        "synthesizer": synthesizer,
        "seed": seed,
        "without": before,
        "with": balanced(learner, y),
        "in use": int((learner.synthetic["status"] == "in use").sum()),
        "on": learner.uses_synthetic,
    }
    is_new = not FILE.exists()
    with FILE.open("a", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        if is_new:
            writer.writeheader()
        writer.writerow(row)
    return row


def suite() -> None:
    """Measure balance on all sets."""
    frame = pd.DataFrame(runs(), columns=COLUMNS)
    frame["gain"] = 100 * (frame["with"] - frame["without"])
    rows = []
    for key, some in frame.groupby(["set", "model", "synthesizer"], sort=False):
        rows.append(
            (
                *key,
                f"{100 * some['without'].mean():.1f}",
                f"{100 * some['with'].mean():.1f}",
                f"{some['gain'].mean():+.1f} ± {some['gain'].sem():.1f}",
                f"{some['in use'].mean():.0f}",
                f"{some['on'].sum()} of {len(some)}",
            )
        )
    table(
        f"target='balance' at {ANSWERS} answers: balanced accuracy, %",
        ["set", "model", "synthesizer", "without", "with", "gain", "in use", "stayed on"],
        rows,
    )


# -- speed -----------------------------------------------------------------------------------------


def colors(pictures: list[Any]) -> np.ndarray:
    """Return simple features of pictures of any size: mean colors of 4 by 4 tiles."""
    from PIL import Image

    small = [
        np.asarray(
            (Image.open(p) if isinstance(p, Path) else p).convert("RGB").resize((4, 4), 2), float
        )
        for p in pictures
    ]
    return np.stack([picture.ravel() / 255 for picture in small])


def photos() -> None:
    """Augment photos of 160 pixels, one after the other."""
    files = sorted((DATA / "grocery_photos").glob("*/*.jpg"))
    if not files:
        print("grocery_photos is not there, passed over")
        return
    pool = al.Pool(colors(files), content=files, featurize=colors)
    labeled = np.arange(len(files))
    context = Context(
        pool=pool,
        classes=("a", "b"),
        candidates=np.empty(0, dtype=int),
        labeled=labeled,
        labels=labeled % 2,
    )
    rows = []
    for n in (250, 1_000, 4_000):
        parents = np.resize(labeled, n)
        before, began = peak(), time.process_time()
        for _ in Augment().make(context, parents, np.random.default_rng(0)):
            pass
        rows.append((n, f"{time.process_time() - began:.1f}", f"{peak() - before:.0f}"))
    table(
        "Photos of 160 pixels, every ready recipe (goal: 1,000 in 20 s)",
        ["photos", "CPU seconds", "peak memory grew by, MB"],
        rows,
    )


def peak() -> float:
    """Return the most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def smote() -> None:
    """Interpolate 10,000 rows, beside imbalanced-learn."""
    rng = np.random.default_rng(0)
    rows = []
    for n_labeled, width in ((1_000, 20), (5_000, 64)):
        X = rng.normal(size=(n_labeled + 10_000, width))
        y = (np.arange(n_labeled) < n_labeled // 10).astype(int)
        labeled = np.arange(n_labeled)
        context = Context(
            pool=al.Pool(X),
            classes=("a", "b"),
            candidates=np.arange(n_labeled, len(X)),
            labeled=labeled,
            labels=y,
        )
        _ = context.rows(labeled[:1])
        parents = np.resize(labeled[y == 1], 10_000)
        took = [of(lambda c=context, p=parents: list(Interpolate().make(c, p, rng)))]
        try:
            from imblearn.over_sampling import SMOTE
        except ImportError:
            took.append("-")
        else:
            wanted = {1: int((y == 1).sum()) + 10_000}
            peer = SMOTE(sampling_strategy=wanted, random_state=0)
            took.append(of(lambda s=peer, a=X[:n_labeled], b=y: s.fit_resample(a, b)))
        rows.append((f"{n_labeled:,} x {width}", *took))
    table(
        "10,000 rows between neighbors, CPU seconds (goal: 1 s)",
        ["labeled", "Interpolate", "imbalanced-learn SMOTE, an array and nothing else"],
        rows,
    )


def of(work: Any) -> str:
    """Return the CPU seconds that it takes, the best of three."""
    took = []
    for _ in range(3):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return f"{min(took):.2f}"


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    if "sea" in PARTS:
        sea()
    if "balance" in PARTS or "suite" in PARTS:
        suite()
    if "speed" in PARTS:
        photos()
        smote()
