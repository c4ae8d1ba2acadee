"""What the benchmarks run on: scikit-learn's own, made data, and real data where it is there."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn import datasets as sklearn_datasets

DATA = Path(__file__).parents[3] / "shared" / "data"
SETS = (
    "digits",
    "fashion",
    "banking77",
    "spoken",
    "letter",
    "grocery",
    "sea",
    "imbalanced-4",
    "imbalanced-6",
)
IMBALANCED = ("imbalanced-4", "imbalanced-6")
_FILES = {
    "fashion": "fashion_mnist_pca50.npz",
    "banking77": "banking77_minilm.npz",
    "spoken": "spoken_digits_logmel.npz",
    "letter": "tab_letter.csv.gz",
    "grocery": "grocery_photos_feat.npz",
}


@cache
def raw(name: str) -> tuple[Any, Any] | None:
    """Return features and labels; None, and a word about it, where the data are absent.

    Of Fashion-MNIST 10,000: those that `load` has to ask about.
    """
    if _is_missing(name):
        return None
    X, y = _made(name) if name not in _FILES else _read(name)
    if name == "fashion":
        X, y = X[:10_000], y[:10_000]
    return np.asarray(X, dtype=np.float32), y


@cache
def load(name: str) -> tuple[Any, Any] | None:
    """Return scaled features and labels; None, and a word about it, where the data are absent."""
    if _is_missing(name):
        return None
    X, y = _made(name) if name not in _FILES else _read(name)
    X = np.asarray(X, dtype=np.float64)
    spread = X.std(axis=0)
    return ((X - X.mean(axis=0)) / np.where(spread > 0, spread, 1)).astype(np.float32), y


def _is_missing(name: str) -> bool:
    if name not in _FILES or (DATA / _FILES[name]).exists():
        return False
    print(f"{name}: {_FILES[name]} is not in {DATA}, passed over", file=sys.stderr)
    return True


def _read(name: str) -> tuple[Any, Any]:
    file = DATA / _FILES[name]
    if name == "letter":
        frame = pd.read_csv(file)
        return frame.iloc[:, :-1].to_numpy(), frame.iloc[:, -1].to_numpy()
    stored = np.load(file)
    X, y = stored["X"], stored["y"]
    if name == "fashion":  # 10,000 to ask about and 4,300 to test on
        some = np.random.default_rng(0).permutation(len(X))[:14_300]
        return X[some], y[some]
    return X, y


def _made(name: str) -> tuple[Any, Any]:
    if name == "digits":
        return sklearn_datasets.load_digits(return_X_y=True)
    if name == "sea":
        from al_widgets.datasets import make_sea_creatures

        pool, y, _ = make_sea_creatures()
        return pool.features, y
    shares = {
        "imbalanced-4": [0.8, 0.14, 0.04, 0.02],
        "imbalanced-6": [0.5, 0.22, 0.12, 0.08, 0.05, 0.03],
    }[name]
    return sklearn_datasets.make_classification(
        5_000,
        20,
        n_informative=10,
        n_redundant=4,
        n_classes=len(shares),
        n_clusters_per_class=2,
        weights=shares,
        class_sep=1.5,
        flip_y=0.01,
        random_state=11,
    )
