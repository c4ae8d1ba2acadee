from __future__ import annotations

from typing import Any

from al_widgets.pool import Pool


def load_digits() -> tuple[Pool, Any]:
    """Return the handwritten digits that come with scikit-learn, and what they are.

    Returns
    -------
    pool : Pool of 1,797 items, 64 features
        Pictures of 8 by 8 pixels.
    y : ndarray of shape (1797,), int
        The digits, 0 to 9. Real work has no such thing; it is for simulated annotators.

    Notes
    -----
    Alpaydin and Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning
    Repository, 1998.

    Examples
    --------
    >>> pool, y = load_digits()
    >>> pool
    <Pool of 1,797 items, 64 features, image>
    """
    from sklearn import datasets  # noqa: PLC0415

    digits = datasets.load_digits()
    return Pool(digits.images), digits.target
