"""The colors of the classes."""

from __future__ import annotations

import re

import numpy as np
import pytest
from unit_parts import refused

from al_widgets.displays import class_colors
from al_widgets.exceptions import InvalidInput

SEEN = {  # linear RGB as it looks without red, or without green cones (Machado et al. 2009)
    "all": np.eye(3),
    "no red": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no green": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
CONES = np.array([[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]])
OKLAB = np.array([[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]])


def light_of(colors):
    """Linear RGB."""
    s = np.array([[int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)] for color in colors])
    return np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("cones", SEEN)
def test_no_two_of_ten_colors_look_alike(theme, cones):
    seen = np.clip(light_of(class_colors(10, theme)) @ SEEN[cones].T, 0, 1)
    lab = np.cbrt(seen @ CONES.T) @ OKLAB.T
    apart = np.linalg.norm(lab[:, None] - lab[None], axis=-1)[np.triu_indices(10, 1)]
    assert apart.min() > 0.1


@pytest.mark.parametrize(("theme", "page"), [("light", 1.0), ("dark", 0.01)])
def test_ten_colors_stand_out_from_the_page(theme, page):
    lightness = light_of(class_colors(10, theme)) @ [0.2126, 0.7152, 0.0722]
    contrast = (np.maximum(lightness, page) + 0.05) / (np.minimum(lightness, page) + 0.05)
    assert contrast.min() > 1.9


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_thirty_colors_differ_and_the_first_of_them_are_those_of_fewer_classes(theme):
    colors = class_colors(30, theme)
    assert len(set(colors)) == 30
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in colors)
    assert colors[:4] == class_colors(4, theme)


def test_there_is_a_color_for_each_of_very_many_classes():
    assert [len(class_colors(n)) for n in (0, 1, 250)] == [0, 1, 250]


def test_a_theme_that_there_is_not_is_refused():
    with refused(InvalidInput, "theme", "'sepia'", "'dark'"):
        class_colors(3, "sepia")
