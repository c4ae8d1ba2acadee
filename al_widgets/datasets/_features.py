"""Features of small color pictures: where edges point and where colors lie."""

from __future__ import annotations

import numpy as np

CELL = 6
"""Pixels to the side of a cell in which edge directions are counted."""

BINS = 8
"""Edge directions that are told apart."""


def describe(pictures: np.ndarray, n_features: int) -> np.ndarray:
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
    """
    from sklearn.decomposition import PCA  # noqa: PLC0415

    raw = np.concatenate([_describe(pictures[i : i + 100]) for i in range(0, len(pictures), 100)])
    solver = "covariance_eigh" if len(raw) > raw.shape[1] else "full"
    pca = PCA(min(len(pictures), n_features), svd_solver=solver)
    return np.asarray(pca.fit_transform(raw), dtype=np.float32)


def _describe(pictures: np.ndarray) -> np.ndarray:
    values = pictures.astype(np.float32) / 255
    return np.hstack([_edges(values.mean(axis=3)), 1.2 * _colors(values)])


def _edges(gray: np.ndarray) -> np.ndarray:
    """Return histograms of oriented gradients (Dalal and Triggs 2005), of unit length by cell."""
    n, size, _ = gray.shape
    dy, dx = np.zeros_like(gray), np.zeros_like(gray)
    dy[:, 1:-1] = gray[:, 2:] - gray[:, :-2]
    dx[:, :, 1:-1] = gray[:, :, 2:] - gray[:, :, :-2]
    strength = np.sqrt(dx * dx + dy * dy)
    direction = np.mod(np.arctan2(dy, dx) * np.float32(BINS / np.pi), BINS)
    low = np.minimum(direction.astype(np.int8), BINS - 1)
    upper = direction - low
    cells = size // CELL
    counts = np.empty((n, cells, cells, BINS), dtype=np.float32)
    for b in range(BINS):
        share = np.where(low == b, 1 - upper, np.where((low + 1) % BINS == b, upper, 0))
        votes = (share * strength).reshape(n, cells, CELL, cells, CELL)
        counts[..., b] = votes.sum(axis=(2, 4))
    overall = counts.reshape(n, -1).std(axis=1)[:, None, None, None]
    norm = np.sqrt((counts**2).sum(axis=3, keepdims=True)) + overall + 0.05
    edges: np.ndarray = (counts / norm).reshape(n, -1)
    return edges


def _colors(values: np.ndarray) -> np.ndarray:
    """Return the mean color of each of 4 by 4 tiles."""
    n, size, _, _ = values.shape
    tile = size // 4
    tiles: np.ndarray = values.reshape(n, 4, tile, 4, tile, 3).mean(axis=(2, 4))
    return tiles.reshape(n, -1)
