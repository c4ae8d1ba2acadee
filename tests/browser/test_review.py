"""Answers that come back for review, as a hand meets them, in a real JupyterLab."""

from __future__ import annotations

import pytest

SETUP = """
import al_widgets as al
pool, y = al.datasets.load_digits()
store = globals().get("STORE", "labels.sqlite")
learner = al.ActiveLearner(pool, classes=range(10), budget=BUDGET, batch_size=5, store=store)
for item in ("1", "2", "3"):
    learner.label(item, int(item))
learner.label("4", 9)
"""
SHOW = "al.Labeler(learner)"
READY = ".al-labeler[data-ready=true] .al-card[data-item], .al-labeler[data-ready=true] .al-wait"
REVIEW = "print(len(learner.review(items=['4', '2'])))"
LABELS = "{i: int(l) for i, l in zip(learner.labels['item'], learner.labels['label'])}"


@pytest.fixture(scope="module")
def one_notebook(shared_notebook):
    return shared_notebook("STORE, BUDGET = 'first.sqlite', 50", SETUP, SHOW, ready=READY)


@pytest.fixture
def nb(one_notebook, request):
    """The notebook with a fresh store, and two of four answers under review."""
    begin(one_notebook, request, budget=50)
    one_notebook.kernel_eval(REVIEW)
    wait_item(one_notebook, "4")
    one_notebook.page.click(".al-card")
    return one_notebook


@pytest.fixture
def spent(one_notebook, request):
    """The notebook with a fresh store, and a budget that is spent."""
    begin(one_notebook, request, budget=5)
    one_notebook.kernel_eval("learner.label('5', 5)")
    one_notebook.page.wait_for_selector(".al-saved:has-text('saved 5')")
    return one_notebook


def begin(nb, request, budget):
    nb.set_source(0, f"STORE, BUDGET = {request.node.name + '.sqlite'!r}, {budget}")
    nb.run_all()
    nb.wait(READY)
    nb.console.clear()


def wait_item(nb, wanted):
    nb.page.wait_for_selector(f'.al-card[data-item="{wanted}"]')


def question(nb):
    return nb.page.locator(".al-reviewed").inner_text()


def said(nb, text):
    nb.page.wait_for_selector(f".al-said:has-text('{text}')")


def pressed(nb):
    return nb.page.locator(".al-class[aria-pressed=true]").get_attribute("data-label")


def test_an_answer_under_review_is_shown_with_what_was_said_and_how_to_keep_it(nb):
    assert question(nb).startswith("You said 9.")
    assert question(nb).endswith("Keep it, or choose another.")
    assert nb.page.locator(".al-keep").inner_text().split() == ["Keep", "Enter"]
    assert pressed(nb) == "9"
    assert "review · item 1 of 2" in nb.page.locator(".al-place").inner_text()
    nb.screenshot("review", selector=".al-labeler")


def test_enter_keeps_an_answer_and_nothing_is_spent(nb):
    nb.page.keyboard.press("Enter")
    said(nb, "kept: 9")
    wait_item(nb, "2")
    nb.wait_value("learner.labels['strategy'].tolist().count('review')", 1)
    assert nb.value(LABELS)["4"] == 9
    assert nb.value("learner.budget.spent") == 4


def test_the_button_and_the_key_of_the_same_class_keep_it_too(nb):
    nb.page.click(".al-keep")
    said(nb, "kept: 9")
    wait_item(nb, "2")
    nb.page.keyboard.press("2")
    said(nb, "kept: 2")
    nb.wait_value("learner.labels['strategy'].tolist().count('review')", 2)
    nb.page.wait_for_selector(".al-review", state="hidden")


def test_another_class_changes_it(nb):
    nb.page.keyboard.press("4")
    said(nb, "changed to 4")
    wait_item(nb, "2")
    nb.wait_value(f"({LABELS})['4']", 4)
    assert nb.value("learner.budget.spent") == 4


def test_undo_brings_it_back_under_review(nb):
    nb.page.keyboard.press("4")
    wait_item(nb, "2")
    nb.page.keyboard.press("Enter")
    said(nb, "kept: 2")
    nb.page.keyboard.press("Backspace")
    wait_item(nb, "2")
    nb.page.keyboard.press("Backspace")
    wait_item(nb, "4")
    assert question(nb).startswith("You said 9.")
    assert pressed(nb) == "9"
    nb.wait_value(f"({LABELS})['4']", 9)
    nb.page.keyboard.press("Enter")
    said(nb, "kept: 9")
    wait_item(nb, "2")


def test_after_the_review_comes_what_it_interrupted(nb):
    nb.page.keyboard.press("Enter")
    wait_item(nb, "2")
    nb.page.keyboard.press("Enter")
    nb.page.wait_for_selector(".al-place:has-text('batch 1')")
    assert nb.errors() == []
    assert nb.console == []


def test_when_the_budget_is_spent_a_review_can_be_opened_and_answered(spent):
    nb = spent
    nb.kernel_eval(REVIEW)
    wait_item(nb, "4")
    nb.page.click(".al-card")
    nb.page.keyboard.press("4")
    said(nb, "changed to 4")
    wait_item(nb, "2")
    nb.page.keyboard.press("Enter")
    said(nb, "kept: 2")
    nb.page.wait_for_selector(".al-wait:has-text('The budget is spent')")
    nb.wait_value(f"({LABELS})['4']", 4)
    assert nb.value("learner.budget.spent") == 5


def test_an_audit_is_gone_to_at_once_and_does_not_say_what_was_propagated(nb):
    nb.kernel_eval("for item in range(10, 30): learner.label(str(item), int(y[item]))")
    query = nb.value("list(learner.audit(3))")
    wait_item(nb, query[0])
    assert "audit · item 1 of 3" in nb.page.locator(".al-place").inner_text()
    assert "to check what was propagated" in nb.page.locator(".al-reason").inner_text()
    assert not nb.page.locator(".al-review").is_visible()
    for item, following in zip(query, [*query[1:], "4"], strict=True):
        nb.page.keyboard.press(str(nb.value(f"int(y[{item}])")))
        wait_item(nb, following)
    nb.wait_value("learner.audits[0].n_answered", 3)


def test_a_reload_in_the_middle_of_a_review_goes_on_there(notebook):
    nb = notebook("BUDGET = 50", SETUP, SHOW, REVIEW, ready=READY, fresh=True)
    wait_item(nb, "4")
    nb.page.click(".al-card")
    nb.page.keyboard.press("Enter")
    wait_item(nb, "2")
    nb.wait_value("learner.labels['strategy'].tolist().count('review')", 1)
    nb.reload()
    wait_item(nb, "2")
    assert question(nb).startswith("You said 2.")
    nb.page.click(".al-card")
    nb.page.keyboard.press("7")
    said(nb, "changed to 7")
    nb.wait_value(f"({LABELS})['2']", 7)
