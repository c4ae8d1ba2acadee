"""Features of small color pictures: where edges point and where colors lie."""

from __future__ import annotations

from typing import Any

import numpy as np

from al_widgets.featurizing import pictures_of_shape

CELL = 6
"""Pixels to the side of a cell in which edge directions are counted."""

BINS = 8
"""Edge directions that are told apart."""


class Described:
    """Features of pictures like those that it was made of: their edges and colors, reduced.

    Parameters
    ----------
    size : int
        Width and height of a picture.
    pca : sklearn.decomposition.PCA
        Fitted.
    """

    def __init__(self, size: int, pca: Any) -> None:
        self._size, self._pca = size, pca

    def __call__(self, contents: list[Any]) -> np.ndarray:
        """Return features of pictures, of shape (n, n_features)."""
        pictures = pictures_of_shape(contents, (self._size, self._size, 3))
        return np.asarray(self._pca.transform(_raw(pictures)), dtype=np.float32)


def describe(pictures: np.ndarray, n_features: int) -> tuple[np.ndarray, Described]:
    """Return features of pictures: their edges and colors, reduced by principal components.

    Parameters
    ----------
    pictures : ndarray of shape (n, size, size, 3), uint8
        The pictures.
    n_features : int
        Columns wanted; there are fewer when there are fewer pictures.

    Returns
    -------
    features : ndarray of shape (n, min(n, n_features)), float32
        Features with the variance of their principal component.
    featurize : Described
        Makes those of other pictures.
    """
    from sklearn.decomposition import PCA  # noqa: PLC0415

    raw = _raw(pictures)
    solver = "covariance_eigh" if len(raw) > raw.shape[1] else "full"
    pca = PCA(min(len(pictures), n_features), svd_solver=solver)
    features = np.asarray(pca.fit_transform(raw), dtype=np.float32)
    return features, Described(pictures.shape[1], pca)


def _raw(pictures: np.ndarray) -> np.ndarray:
    return np.concatenate([_describe(pictures[i : i + 100]) for i in range(0, len(pictures), 100)])


def _describe(pictures: np.ndarray) -> np.ndarray:
    values = pictures.astype(np.float32) / 255
    cells = _edges(values @ np.full(3, 1 / 3, np.float32))
    n, size, _, _ = cells.shape
    tiles = cells.reshape(n, 4, size // 4, 4, size // 4, BINS).mean(axis=(2, 4))
    places = range(0, size // 2 + 1, size // 4)
    # Windows of half the picture, which overlap, find an animal again that has moved a little.
    windows = [cells[:, i : i + size // 2, j : j + size // 2] for i in places for j in places]
    coarse = [window.mean(axis=(1, 2)) for window in windows]
    return np.hstack([tiles.reshape(n, -1), *(2 * part for part in coarse), _colors(values)])


def _edges(gray: np.ndarray) -> np.ndarray:
    """Return histograms of oriented gradients (Dalal and Triggs 2005), of like length by cell."""
    n, size, _ = gray.shape
    dy, dx = np.zeros_like(gray), np.zeros_like(gray)
    dy[:, 1:-1] = gray[:, 2:] - gray[:, :-2]
    dx[:, :, 1:-1] = gray[:, :, 2:] - gray[:, :, :-2]
    strength = np.sqrt(dx * dx + dy * dy)
    direction = np.arctan2(dy, dx) * np.float32(BINS / np.pi) + np.float32(BINS)  # 0 to 2 * BINS
    lower = direction.astype(np.intp)
    upper_share = (direction - lower) * strength
    side = size // CELL
    cell = np.arange(size) // CELL
    first = BINS * ((np.arange(n)[:, None, None] * side + cell[:, None]) * side + cell)
    counts = np.zeros(n * side * side * BINS)
    for b, share in ((lower, strength - upper_share), (lower + 1, upper_share)):
        counts += np.bincount((first + b % BINS).ravel(), share.ravel(), len(counts))
    counts = counts.astype(np.float32).reshape(n, side, side, BINS)
    spread = counts.std(axis=(1, 2, 3), keepdims=True)
    edges: np.ndarray = counts / (np.sqrt((counts**2).sum(axis=3, keepdims=True)) + spread + 0.05)
    return edges


def _colors(values: np.ndarray) -> np.ndarray:
    """Return the mean color of each of 4 by 4 tiles."""
    n, size, _, _ = values.shape
    rows = values.reshape(n, 4, size // 4, -1).mean(axis=2)
    tiles: np.ndarray = rows.reshape(n, 16, size // 4, 3).mean(axis=2)
    return tiles.reshape(n, -1)
