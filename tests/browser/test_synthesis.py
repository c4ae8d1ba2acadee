"""Items that were made, as a hand meets them beside their parents, in a real JupyterLab."""

from __future__ import annotations

import pytest
from contrast import contrasts

MAKER = """
import numpy as np
import al_widgets as al
from al_widgets.synthesizers import Made

class Darken:
    recipes = ("darker",)
    shares = 0.3, 0.6
    n_parents = 1
    keeps_pictures = True

    def make(self, context, parents, rng, recipe=None):
        for parent in parents:
            share = rng.uniform(*self.shares)
            content = context.pool.content[parent]
            content = (content * share).astype(content.dtype)
            label = int(context.labels[np.searchsorted(context.labeled, parent)])
            same = context.labeled[context.labels == label]
            others = [int(i) for i in same if i != parent][: self.n_parents - 1]
            yield Made(
                parents=(int(parent), *others), row=context.pool.featurize([content])[0],
                label=label, recipe=f"darker, to {share:.0%}".replace("%", " %"),
                content=content if self.keeps_pictures else None)

def in_turn(context, n):
    return np.resize(context.labeled, n)

def of_jellyfish(context, n):
    return context.labeled[context.labels == 1][:n]
"""
SETUP = """
pool, y, _ = al.datasets.make_sea_creatures(400, classes=4)
learner = al.ActiveLearner(
    pool, ["fish", "jellyfish", "starfish", "turtle"], budget=BUDGET, batch_size=4,
    validation=None, store=STORE)
if not learner.budget.spent:
    for item in range(12):
        learner.label(str(item), y[item])
    learner.retrain()
how = al.QuerySynthesis(Darken(), labeling="ask", target=in_turn, guard=False, spend_budget=SPENDS)
if learner.synthetic.empty:
    learner.synthesize(4, sampling=how)
"""
SHOW = "al.Labeler(learner)"
READY = ".al-labeler[data-ready=true] .al-card[data-item]"
STATUS = "learner.synthetic['status'].tolist()"
WHERE = "STORE, BUDGET, SPENDS = {!r}, {}, {}"


@pytest.fixture(scope="module")
def one_notebook(shared_notebook):
    return shared_notebook(WHERE.format("first.sqlite", 40, False), MAKER, SETUP, SHOW, ready=READY)


@pytest.fixture
def nb(one_notebook, request):
    """The notebook with a fresh store, in which four items were made."""
    return begin(one_notebook, request)


def begin(nb, request, budget=40, *, spends=False):
    nb.set_source(0, WHERE.format(request.node.name + ".sqlite", budget, spends))
    nb.run_all()
    wait_item(nb, "syn1")
    nb.console.clear()
    nb.page.click(".al-card")
    return nb


def wait_item(nb, wanted):
    nb.page.wait_for_selector(f'.al-card[data-item="{wanted}"]')


def said(nb, text):
    nb.page.wait_for_selector(f".al-said:has-text('{text}')")


def parent_of(nb, item):
    return nb.value(f"learner.synthetic.set_index('item').parents['{item}'][0]")


def count(nb, label):
    return int(nb.page.inner_text(f'button[data-label="{label}"] .al-count'))


def test_an_item_that_was_made_stands_beside_its_parent(nb):
    parent = parent_of(nb, "syn1")
    label = nb.value(f"y[{parent}]")
    assert nb.page.get_attribute(".al-parent", "data-item") == parent
    assert nb.page.inner_text(".al-parent figcaption") == f"from {parent}, labeled {label}"
    assert nb.page.inner_text(".al-made-item figcaption").startswith("made: darker, to ")
    assert nb.page.inner_text("button[data-accept]").split() == ["Accept:", label, "Enter"]
    assert nb.page.inner_text("button[data-reject]").split() == ["Reject", "S"]
    assert "free" in nb.page.inner_text(".al-status")
    assert "synthesis · item 1 of 4" in nb.page.inner_text(".al-place")
    sizes = nb.page.evaluate(
        "[...document.querySelectorAll('.al-card img')].map(i => [i.alt, i.width])"
    )
    assert [alt for alt, _ in sizes] == ["new: picture", "parent: picture"]
    assert sizes[0][1] > sizes[1][1] > 40


def test_enter_accepts_it_with_the_label_of_its_parent_and_nothing_is_spent(nb):
    label = nb.value(f"y[{parent_of(nb, 'syn1')}]")
    before = count(nb, label)
    nb.page.keyboard.press("Enter")
    wait_item(nb, "syn2")
    said(nb, f"accepted: {label} · free")
    assert count(nb, label) == before + 1
    nb.wait_value(f"{STATUS}[0]", "accepted")
    assert nb.value("learner.budget.spent") == 12


def test_a_key_of_a_class_relabels_it_and_s_rejects_it(nb):
    other = next(i for i in range(4) if nb.value(f"learner.classes[{i}]") != label_of(nb, "syn1"))
    nb.page.keyboard.press(str(other + 1))
    wait_item(nb, "syn2")
    said(nb, "relabeled: ")
    nb.page.keyboard.press("s")
    wait_item(nb, "syn3")
    said(nb, "rejected")
    nb.page.click("button[data-accept]")
    wait_item(nb, "syn4")
    nb.wait_value(STATUS, ["relabeled", "rejected", "accepted", "asked"])
    assert nb.page.locator(".al-thumb-label").all_inner_texts()[1] == "rejected"
    assert nb.value("learner.budget.spent") == 12


def label_of(nb, item):
    return nb.value(f"y[{parent_of(nb, item)}]")


def test_the_button_rejects_too_and_undo_goes_back_over_all_of_it(nb):
    nb.page.keyboard.press("Enter")
    wait_item(nb, "syn2")
    nb.page.click("button[data-reject]")
    wait_item(nb, "syn3")
    nb.page.keyboard.press("Backspace")
    wait_item(nb, "syn2")
    nb.page.keyboard.press("Backspace")
    wait_item(nb, "syn1")
    nb.wait_value(STATUS, ["asked"] * 4)
    nb.page.keyboard.press("Control+Shift+z")
    wait_item(nb, "syn2")
    nb.wait_value(STATUS, ["accepted", "asked", "asked", "asked"])
    assert nb.value("learner.budget.spent") == 12
    assert nb.errors() == []
    assert nb.console == []


def test_nothing_is_spent_on_the_screen_while_the_kernel_has_not_heard(nb):
    with nb.kernel_paused():
        nb.page.keyboard.press("Enter")
        wait_item(nb, "syn2")
        said(nb, "· free")
        assert "saving 1" in nb.page.inner_text(".al-saved")
    nb.page.wait_for_function("!document.querySelector('.al-saved').innerText.includes('saving')")
    assert nb.page.inner_text(".al-saved") == "saved 12"


def test_real_items_come_after_it_with_skip_and_without_an_offer(nb):
    for following in ("syn2", "syn3", "syn4"):
        nb.page.keyboard.press("Enter")
        wait_item(nb, following)
    nb.page.keyboard.press("Enter")
    nb.page.wait_for_selector(".al-place:has-text('batch')")
    assert not nb.page.is_visible(".al-offer")
    assert not nb.page.locator(".al-parent").count()
    assert nb.page.inner_text(".al-skip").split() == ["Skip", "S"]
    assert nb.page.inner_text(".al-cost") == ""
    nb.page.keyboard.press("1")
    nb.wait_value("learner.budget.spent", 13)


def test_when_the_budget_is_spent_it_is_still_asked_and_costs_nothing(one_notebook, request):
    nb = begin(one_notebook, request, budget=12)
    for following in ("syn2", "syn3", "syn4"):
        nb.page.keyboard.press("Enter")
        wait_item(nb, following)
    nb.page.keyboard.press("s")
    nb.page.wait_for_selector(".al-wait:has-text('The budget is spent')")
    nb.wait_value(STATUS, ["accepted"] * 3 + ["rejected"])
    assert nb.value("learner.budget.spent") == 12


def test_where_it_spends_the_budget_it_says_so(one_notebook, request):
    nb = begin(one_notebook, request, spends=True)
    assert nb.page.inner_text(".al-cost") == ""
    nb.page.keyboard.press("Enter")
    said(nb, "· 13 of 40")
    nb.wait_value("learner.budget.spent", 13)


def test_a_reloaded_page_shows_the_same_item_beside_the_same_parent(notebook):
    cells = WHERE.format("labels.sqlite", 40, False), MAKER, SETUP, SHOW
    nb = notebook(*cells, ready=READY, fresh=True)
    nb.page.click(".al-card")
    nb.page.keyboard.press("Enter")
    wait_item(nb, "syn2")
    nb.wait_value(f"{STATUS}[0]", "accepted")
    words = nb.page.inner_text(".al-card")
    nb.reload()
    wait_item(nb, "syn2")
    assert nb.page.inner_text(".al-card") == words
    nb.restart_kernel()
    nb.run_all()
    wait_item(nb, "syn2")
    assert nb.page.inner_text(".al-card") == words
    nb.page.click(".al-card")
    nb.page.keyboard.press("Enter")
    wait_item(nb, "syn3")
    nb.wait_value(STATUS, ["accepted", "accepted", "asked", "asked"])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_seen_in_both_themes_and_text_stands_out(nb, theme):
    nb.set_theme(theme)
    nb.screenshot(f"made-{theme}", selector=".al-labeler")
    ratios = contrasts(nb.page, ".al-labeler", passed_over=":disabled, .al-done")
    nb.set_theme("light")
    assert [(name, ratio) for name, ratio in ratios if ratio < 4.5] == []


def test_in_a_narrow_column_they_stand_one_below_the_other(nb):
    nb.page.set_viewport_size({"width": 720, "height": 1000})
    nb.page.wait_for_function(
        """() => { const [a, b] = [".al-parent", ".al-made-item"].map(part =>
            document.querySelector(part).getBoundingClientRect());
            return b.top >= a.bottom; }"""
    )
    cut = nb.page.evaluate(
        """() => { const card = document.querySelector(".al-card");
        return [card.scrollHeight - card.clientHeight, card.scrollWidth - card.clientWidth]; }"""
    )
    nb.screenshot("made-narrow", selector=".al-labeler")
    nb.page.set_viewport_size({"width": 1400, "height": 900})
    assert max(cut) <= 1


@pytest.mark.parametrize("n", [2, 4])
def test_many_parents_stand_beside_it_the_first_large(nb, n):
    make(nb, f"how.synthesizer.n_parents, how.target = {n}, of_jellyfish")
    assert nb.page.locator(".al-parent").count() == n
    nb.screenshot(f"made-{n}-parents", selector=".al-labeler")


def make(nb, code, n=4):
    """Change how it is made, and make more of it, which comes in front."""
    nb.kernel_eval(f"{code}; learner.synthesize({n}, sampling=how)")
    wait_item(nb, "syn5")


@pytest.mark.parametrize("n", [1, 2])
def test_of_what_has_no_picture_the_parents_are_shown(nb, n):
    make(nb, f"how.synthesizer.n_parents, how.synthesizer.keeps_pictures = {n}, False")
    assert nb.page.locator(".al-card img").count() == n
    assert nb.page.locator(".al-card table").count() == 0
    assert "no look of its own" in nb.page.inner_text(".al-made-item")
    nb.screenshot(f"made-features-{n}", selector=".al-labeler")


def test_held_back_says_why_and_what_for(nb):
    nb.kernel_eval(
        "how.synthesizer.shares, how.labeling = (1, 1), 'inherit'\n"
        "learner.synthesize(4, sampling=how); learner.review_synthetic()"
    )
    wait_item(nb, "syn5")
    assert nb.page.inner_text(".al-reason").endswith(
        "held back: nearly the same as a labeled item · made for in_turn"
    )
    nb.page.keyboard.press("Enter")
    said(nb, "accepted: ")


def test_rows_of_a_table_are_compared_cell_by_cell_and_texts_side_by_side(notebook):
    nb = notebook(
        MAKER,
        "import pandas as pd\n"
        "rng = np.random.default_rng(0)\n"
        "frame = pd.DataFrame({'age': rng.integers(20, 70, 40), 'job': ['clerk', 'nurse'] * 20,"
        " 'pay': rng.normal(3000, 400, 40).round()})\n"
        "evil = '<img src=x onerror=window.__run=1>'\n"
        "class Older:\n"
        "    recipes = ('older',)\n"
        "    def make(self, context, parents, rng, recipe=None):\n"
        "        for parent in parents:\n"
        "            cells = context.pool.content[parent]\n"
        "            if isinstance(cells, str):\n"
        "                new = cells + evil\n"
        "            else:\n"
        "                new = {**cells, 'age': cells['age'] + 9}\n"
        "            label = int(context.labels[np.searchsorted(context.labeled, parent)])\n"
        "            yield Made(parents=(int(parent),), row=context.pool.features[parent] + 0.1,\n"
        "                       label=label, recipe='9 years older ' + evil, content=new)\n"
        "def learner_of(content):\n"
        "    pool = al.Pool(rng.normal(size=(40, 3)), content=content)\n"
        "    learner = al.ActiveLearner(pool, ['good', 'bad'], validation=None, budget=20)\n"
        "    for item in range(4):\n"
        "        learner.label(str(item), ['good', 'bad'][item % 2])\n"
        "    learner.synthesize(2, sampling=al.QuerySynthesis(\n"
        "        Older(), labeling='ask', target=in_turn, guard=False))\n"
        "    return learner\n"
        "al.Labeler(learner_of(frame))",
        "al.Labeler(learner_of([f'{evil} He is {age} and of good cheer.' for age in frame.age]))",
        ready=READY,
    )
    nb.page.wait_for_selector(".al-card .al-text")
    assert nb.page.locator(".al-compared .al-parent[data-item]").count() == 1
    assert nb.page.locator(".al-made-new").count() == 1
    nb.screenshot("made-table", selector=".al-labeler:has(table)")
    nb.screenshot("made-text", selector=".al-labeler:has(.al-text)")
    assert nb.page.locator(".al-card img").count() == 0
    assert nb.page.evaluate("window.__run") is None


def test_help_tells_the_keys(nb):
    nb.page.keyboard.press("?")
    assert "accept an item that was made" in nb.page.inner_text(".al-sheet")
    nb.page.keyboard.press("?")
