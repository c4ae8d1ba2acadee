"""Shapes around most of some points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.path import Path
from unit_parts import refused

from al_widgets.exceptions import InvalidInput
from al_widgets.outlines import extent_of, outline, peak

MAP = (-20.0, 20.0, -20.0, 20.0)


def cloud(n=400, center=(0, 0), seed=0):
    return np.asarray(center) + np.random.default_rng(seed).normal(size=(n, 2))


def share_inside(shapes, points):
    return np.mean(np.any([Path(shape).contains_points(points) for shape in shapes], axis=0))


def area(shape):
    x, y = shape.T
    return abs(np.dot(x[:-1], y[1:]) - np.dot(y[:-1], x[1:])) / 2


@pytest.mark.parametrize("share", [0.5, 0.9])
@pytest.mark.parametrize("n", [100, 1_000, 20_000])
def test_a_shape_holds_about_the_share_that_is_wanted(n, share):
    points = cloud(n)
    assert share_inside(outline(points, MAP, share), points) == pytest.approx(share, abs=0.1)


def test_two_islands_have_a_shape_each_the_larger_first():
    points = np.concatenate([cloud(300, (-8, 0)), cloud(100, (8, 0))])
    shapes = outline(points, MAP)
    assert [np.sign(shape[:, 0].mean()) for shape in shapes] == [-1, 1]
    assert area(shapes[0]) > area(shapes[1])


def test_a_few_strays_have_no_shape():
    points = np.concatenate([cloud(300, (-8, 0)), cloud(5, (8, 0))])
    assert len(outline(points, MAP)) == 1


def test_strays_far_away_do_not_change_the_shape_of_the_rest():
    points = cloud(1_000)
    with_strays = np.concatenate([points, [[1e4, 1e4], [-1e4, 0]]])
    assert area(outline(with_strays, MAP)[0]) == pytest.approx(
        area(outline(points, MAP)[0]), rel=0.1
    )


def test_a_ring_is_drawn_as_its_outer_edge():
    turn = np.linspace(0, 2 * np.pi, 500)
    ring = 10 * np.column_stack([np.cos(turn), np.sin(turn)])
    (shape,) = outline(ring, MAP)
    assert Path(shape).contains_point((0, 0))


@pytest.mark.parametrize("n", [1, 2, 3, 50])
def test_points_at_one_place_have_a_small_circle_around_them(n):
    (shape,) = outline(np.full((n, 2), 3.0), MAP)
    radius = np.linalg.norm(shape - 3.0, axis=1)
    assert 0.1 < radius.min() <= radius.max() < 1
    assert radius.max() < 1.2 * radius.min()


@given(
    arrays(
        np.float32,
        st.tuples(st.integers(1, 40), st.just(2)),
        elements=st.floats(-1e3, 1e3, width=32),
    )
)
def test_any_points_have_closed_shapes_near_them_and_a_peak_inside(points):
    shapes = outline(points)
    assert shapes
    left, right, bottom, top = extent_of(points)
    room = max(1.0, float(np.abs(points).max())) / 10 + right - left + top - bottom
    for shape in shapes:
        assert shape.dtype == np.float32
        assert (shape[0] == shape[-1]).all()
        assert len(shape) > 3
        assert (shape >= (left - room, bottom - room)).all()
        assert (shape <= (right + room, top + room)).all()
    x, y = peak(points)
    assert left - room <= x <= right + room
    assert bottom - room <= y <= top + room


def test_no_points_have_no_shape():
    assert outline(np.empty((0, 2))) == ()


def test_the_shape_moves_with_the_points_and_grows_with_the_map():
    points = cloud()
    (shape,) = outline(points)
    (moved,) = outline(8 * points + 64)
    np.testing.assert_allclose(moved, 8 * shape + 64, atol=0.2)


def test_a_name_stands_where_most_points_are():
    points = np.concatenate([cloud(300, (-8, 2)), cloud(200, (8, 0))])
    assert peak(points, MAP) == pytest.approx((-8, 2), abs=0.6)


def test_of_a_million_points_the_shape_has_few_corners():
    points = cloud(1_000_000).astype(np.float32)
    shapes = outline(points, MAP)
    assert share_inside(shapes, points[:10_000]) == pytest.approx(0.9, abs=0.03)
    assert sum(map(len, shapes)) < 500


@pytest.mark.parametrize("points", [np.zeros((3, 3)), np.zeros(4)])
def test_what_is_no_list_of_points_is_refused(points):
    with refused(InvalidInput, "two coordinates", str(points.shape), "(n, 2)"):
        outline(points)


def test_the_peak_of_nothing_is_refused():
    with refused(InvalidInput, "at least one", "(0, 2)", "(n, 2)"):
        peak(np.empty((0, 2)))


def test_a_point_whose_place_is_not_known_is_refused():
    with refused(InvalidInput, "finite", "NaN", "Leave out"):
        outline(np.array([[0, 1], [np.nan, 1]]))


@pytest.mark.parametrize("share", [0, 1, -0.1, 90])
def test_a_share_that_is_none_is_refused(share):
    with refused(InvalidInput, "between 0 and 1", repr(share), "share=0.9"):
        outline(cloud(), share=share)
