"""How much a label is worth: strategies raced on real and made data, ours and the peers'.

    make bench ARGS=labels

`al.race` from no label at all to 300, in batches of 10, 5 seeds, the same logistic regression for
all (balanced class weights, features scaled by the pool). The figure is the area under the curve of
the test accuracy; on the imbalanced sets that of the balanced accuracy too. Real data are read from
the folder ../shared/data; sets that are not there are passed over, and that is said. Every run is
written to build/labels.csv as it ends, and is not run again while it stands there; delete the file
to begin anew. It takes hours on one core; SETS=digits,letter and ONLY=herding,random shorten it.
"""

from __future__ import annotations

import csv
import os
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from data_sets import IMBALANCED, SETS, load
from peers import PEERS
from report import table
from sklearn.linear_model import LogisticRegression

import al_widgets as al
from al_widgets.strategies import KCenter, Margin, QueryByCommittee, Random, Typical
from al_widgets.strategies import UncertaintyHerding as Herding

BUDGET, BATCH, SEEDS = 300, 10, 5
SLOWEST = 900  # s; a strategy whose run takes longer is not run on that set again
FILE = Path(__file__).parents[2] / "build" / "labels.csv"
OURS = {
    "random": Random(),
    "herding": Herding(),
    "margin": Margin(),
    "committee": QueryByCommittee(),
    "typical": Typical(),
    "k-center": KCenter(),
}
COLUMNS = ["set", "strategy", "seed", "accuracy", "balanced", "seconds"]


def run(name: str, labeled: Any, strategy: str, chooser: Any, seed: int) -> list[Any] | None:
    """Race one strategy over one seed; None if it fails."""
    model = LogisticRegression(max_iter=200, tol=1e-3, class_weight="balanced")
    pool, y = labeled
    began = time.perf_counter()
    try:
        result = al.race(
            pool, y, {strategy: chooser}, budget=BUDGET, batch_size=BATCH, seeds=[seed],
            model=model, progress=False,
        )  # fmt: skip
    except Exception as error:  # noqa: BLE001 - a peer that fails is reported, and the rest goes on
        cause = error.__cause__ or error
        print(f"failed: {strategy} on {name}: {str(cause)[:300]}", file=sys.stderr, flush=True)
        return None
    area = result.aulc.iloc[0]
    seconds = time.perf_counter() - began
    return [name, strategy, seed, area["accuracy"], area["balanced_accuracy"], seconds]


def rows_of(names: list[str], strategies: dict[str, Any]) -> pd.DataFrame:
    """Run what has not been run; return every row."""
    FILE.parent.mkdir(exist_ok=True)
    if not FILE.exists():
        FILE.write_text(",".join(COLUMNS) + "\n")
    known = pd.read_csv(FILE)
    done = set(zip(known["set"], known["strategy"], known["seed"], strict=True))
    given_up: set[tuple[str, str]] = set()
    for seed in range(SEEDS):  # seed after seed, so that a run that is broken off is balanced
        for name in names:
            loaded = load(name)
            if loaded is None:
                continue
            X, y = loaded
            pool = al.Pool(X)
            for strategy, chooser in strategies.items():
                if (name, strategy, seed) in done or (name, strategy) in given_up:
                    continue
                row = run(name, (pool, y), strategy, chooser, seed)
                if row is None or row[-1] > SLOWEST:
                    given_up.add((name, strategy))
                if row is None:
                    continue
                with FILE.open("a", newline="") as file:
                    csv.writer(file).writerow(row)
    return pd.read_csv(FILE)


def said(rows: pd.DataFrame, metric: str, title: str) -> None:
    """Print the area of each strategy on each set, less random's, and the mean over the sets."""
    wide = rows.pivot_table(index=["set", "seed"], columns="strategy", values=metric)
    gain = 100 * wide.sub(wide["random"], axis=0)
    mean, count = gain.groupby("set").mean(), gain.groupby("set").count()
    error = gain.groupby("set").std() / np.sqrt(count)
    complete = mean.columns[mean.notna().all()]
    overall = mean.mean().where(mean.columns.isin(complete))
    order = overall.sort_values(ascending=False, na_position="last").index
    lines = []
    for strategy in order:
        cells = [
            "-" if np.isnan(mean.loc[name, strategy])
            else f"{mean.loc[name, strategy]:+.1f} ± {error.loc[name, strategy]:.1f}"
            for name in mean.index
        ]  # fmt: skip
        alone = "" if np.isnan(overall[strategy]) else f"{overall[strategy]:+.2f}"
        lines.append([strategy, alone, *cells])
    base = 100 * wide["random"].groupby("set").mean()
    lines.append(["(random itself)", f"{base.mean():.1f}", *(f"{base[n]:.1f}" for n in mean.index)])
    table(title, ["strategy", "mean", *mean.index], lines)


def main() -> None:
    """Race and print."""
    warnings.filterwarnings("ignore")
    names = [n for n in os.environ.get("SETS", ",".join(SETS)).split(",") if n]
    only = os.environ.get("ONLY")
    strategies = {**OURS, **PEERS}
    if only:
        strategies = {name: strategies[name] for name in only.split(",")}
    rows = rows_of(names, strategies)
    rows = rows[rows["set"].isin(names)]
    said(rows, "accuracy", "Area under the test-accuracy curve less random's, x 100 (± s. e.)")
    uneven = rows[rows["set"].isin(IMBALANCED)]
    if len(uneven):
        said(uneven, "balanced", "The same of balanced accuracy, on the imbalanced sets")


if __name__ == "__main__":
    main()
