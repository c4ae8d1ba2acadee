"""The labeling surface, as a hand meets it, in a real JupyterLab."""

from __future__ import annotations

import json
import re
import sqlite3

import pytest

SETUP = """
import al_widgets as al
pool, y = al.datasets.load_digits()
store = globals().get("STORE", "labels.sqlite")
learner = al.ActiveLearner(pool, classes=range(10), budget=200, store=store)
"""
SHOW = "widget = al.Labeler(learner)\nwidget"
READY = ".al-labeler[data-ready=true] .al-card[data-item]"


@pytest.fixture(scope="module")
def one_notebook(shared_notebook):
    """One notebook and one kernel for all tests that leave both alive."""
    return shared_notebook("STORE = 'first.sqlite'", SETUP, SHOW, ready=READY)


@pytest.fixture
def nb(one_notebook, request):
    """The notebook with a fresh store, its cells run again."""
    one_notebook.set_source(0, f"STORE = {request.node.name + '.sqlite'!r}")
    one_notebook.run_all()
    one_notebook.wait(READY)
    one_notebook.console.clear()
    one_notebook.store = one_notebook.folder / f"{request.node.name}.sqlite"
    return one_notebook


@pytest.fixture
def own_nb(notebook):
    """A notebook and a kernel that may be killed, in a page that may be reloaded."""
    return notebook(SETUP, "al.Labeler(learner)", ready=READY, fresh=True)


def item(nb):
    return nb.page.locator(".al-card").get_attribute("data-item")


def press(nb, *keys):
    """Press keys one after the other; each waits for no more than that there is an item."""
    for key in keys:
        nb.page.wait_for_selector(".al-card[data-item], .al-wait:has-text('spent')")
        nb.page.keyboard.press(key)


def start(nb):
    nb.page.click(".al-card")


def labels(nb):
    return nb.value(
        "[[i, int(l)] for i, l in zip(learner.labels['item'], learner.labels['label'])]"
    )


def on_disk(nb):
    """The answers in the store's file, read without any of our code."""
    with sqlite3.connect(nb.store) as connection:
        rows = connection.execute("SELECT kind, body FROM al_events ORDER BY position").fetchall()
    return [json.loads(body)["item"] for kind, body in rows if kind == "Labeled"]


def wait_item(nb, wanted):
    nb.page.wait_for_selector(f'.al-card[data-item="{wanted}"]')


def test_a_key_labels_the_item_that_is_shown_and_goes_on(nb):
    start(nb)
    first = item(nb)
    press(nb, "7")
    assert item(nb) != first
    nb.wait_value("learner.budget.spent", 1)
    assert labels(nb) == [[first, 7]]
    assert nb.errors() == []
    assert nb.console == []


def test_a_click_on_a_class_labels_too(nb):
    first = item(nb)
    nb.page.click('button[data-label="3"]')
    nb.wait_value("learner.budget.spent", 1)
    assert labels(nb) == [[first, 3]]
    assert nb.page.inner_text('button[data-label="3"] .al-count') == "1"


def test_keys_work_after_a_click_on_a_button_without_another_click(nb):
    nb.page.click('button[data-label="3"]')
    press(nb, "4")
    nb.wait_value("learner.budget.spent", 2)


def test_three_clicks_in_the_same_instant_label_only_items_that_were_shown(nb):
    seen = item(nb)
    shown = nb.page.evaluate(
        """() => { const out = [];
        for (const label of ["1", "2", "3"]) {
          out.push(document.querySelector(".al-card").dataset.item);
          document.querySelector(`button[data-label="${label}"]`).click(); }
        return out; }"""
    )
    nb.wait_value("learner.budget.spent", 3)
    assert shown[0] == seen
    assert labels(nb) == [[shown[0], 1], [shown[1], 2], [shown[2], 3]]


def test_the_status_line_says_what_was_saved_and_the_count_grows(nb):
    start(nb)
    press(nb, "1", "2", "3")
    nb.page.wait_for_function(
        "document.querySelector('.al-status').innerText.includes('saved 3') &&"
        "!document.querySelector('.al-status').innerText.includes('saving')"
    )
    assert "labeled 3 of 200: 3" in nb.page.inner_text(".al-status")
    assert len(on_disk(nb)) == 3


def test_undo_goes_back_across_batches_and_redo_forth(nb):
    start(nb)
    shown = []
    for key in "0123456789012":
        shown.append(item(nb))
        press(nb, key)
        nb.page.wait_for_selector(f'.al-card[data-item]:not([data-item="{shown[-1]}"])')
    nb.wait_value("learner.budget.spent", 13)
    for _ in range(5):
        press(nb, "Backspace")
    nb.wait_value("learner.budget.spent", 8)
    wait_item(nb, shown[8])
    for _ in range(5):
        press(nb, "Control+Shift+z")
    nb.wait_value("learner.budget.spent", 13)
    assert [i for i, _ in labels(nb)] == shown
    press(nb, "Control+z")
    nb.wait_value("learner.budget.spent", 12)
    wait_item(nb, shown[12])


def test_an_undo_right_after_a_wrong_key_lets_the_same_item_be_answered_again(nb):
    start(nb)
    first = item(nb)
    press(nb, "1", "Backspace", "2")
    nb.wait_value("learner.budget.spent", 1)
    assert labels(nb) == [[first, 2]]


def test_a_selection_is_undone_in_one_step_and_said_in_words(nb):
    start(nb)
    ids = nb.page.eval_on_selector_all(".al-thumb", "nodes => nodes.map(node => node.dataset.item)")
    n = nb.value(f"learner.label_many({[*ids[:2], '1700', '1701', '1702']}, 7)")
    wait_item(nb, ids[2])
    press(nb, "Backspace")
    nb.wait_value("learner.budget.spent", 0)
    assert f"undone: {n} items labeled 7" in nb.page.inner_text(".al-status")
    assert item(nb) == ids[2], "there is no single item to go back to"
    press(nb, "Control+Shift+z")
    nb.wait_value("len(learner.labels)", n)
    assert f"done again: {n} items labeled 7" in nb.page.inner_text(".al-status")


def test_a_hand_that_agrees_with_a_selection_spends_an_answer(nb):
    start(nb)
    first = item(nb)
    nb.value(f"learner.label_many([{first!r}], 7)")
    nb.page.wait_for_selector(f'.al-card[data-item]:not([data-item="{first}"])')
    press(nb, "ArrowLeft")
    wait_item(nb, first)
    press(nb, "7")
    nb.wait_value("learner.labels['source'].tolist()", ["human"])
    assert nb.value("learner.budget.spent") == 2


def test_an_arrow_goes_back_and_another_key_changes_the_answer_for_nothing(nb):
    start(nb)
    first = item(nb)
    press(nb, "1", "ArrowLeft")
    assert item(nb) == first
    assert nb.page.inner_text(".al-badge") == "1"
    press(nb, "2")
    nb.wait_value("learner.labels['label'].tolist()", [2])
    assert nb.value("learner.budget.spent") == 1


def test_skip_passes_over_the_item_and_spends_nothing(nb):
    start(nb)
    first = item(nb)
    press(nb, "s")
    assert item(nb) != first
    nb.page.wait_for_selector(".al-thumb-label:text-is('skipped')")
    nb.wait_value(f"type(learner.log.state.answer({first!r}, 'me')).__name__", "Skipped")
    assert nb.value("learner.budget.spent") == 0


def test_a_full_batch_retrains_and_the_next_one_is_there_at_once(nb):
    start(nb)
    for key in "0123456789":
        press(nb, key)
    nb.page.wait_for_selector(".al-place:has-text('batch 2')", timeout=2000)
    nb.wait_value("len(learner.history)", 1)
    nb.page.wait_for_selector("button.al-suggest:not(:disabled)")
    assert not nb.page.is_visible(".al-suggestion")
    press(nb, "m")
    assert re.search(r"\d %", nb.page.inner_text(".al-suggestion"))


def test_enter_accepts_the_guess_only_while_it_is_shown(nb):
    start(nb)
    for key in "0123456789":
        press(nb, key)
    nb.wait_value("learner.budget.spent", 10)
    nb.page.wait_for_selector("button.al-suggest:not(:disabled)")
    press(nb, "Enter")
    nb.page.wait_for_timeout(300)
    assert nb.value("learner.budget.spent") == 10
    press(nb, "m")
    nb.page.wait_for_selector(".al-guess")
    guess = nb.page.evaluate(  # read and answered at once: a training may change it in between
        """() => { const shown = document.querySelector(".al-guess").innerText;
        document.querySelector(".al-labeler").dispatchEvent(
          new KeyboardEvent("keydown", {key: "Enter", code: "Enter", bubbles: true}));
        return shown; }"""
    )
    nb.wait_value("learner.budget.spent", 11)
    assert labels(nb)[-1][1] == int(guess.split()[0])


def test_no_key_leaks_into_the_notebook(nb):
    before = nb.cell_sources()
    start(nb)
    press(nb, *"dd", "x", "a", "b", "c", "v", "z", "y", "m", "m", "l", "Enter", "k", "j", "0", "0")
    press(nb, "ArrowUp", "ArrowDown", "Shift+m", "Space", "f", "h", "?", "?")
    nb.page.focus("button.al-skip")
    press(nb, *"dd", "x", "a")
    nb.page.wait_for_timeout(500)
    assert nb.cell_sources() == before
    assert nb.page.locator(".al-labeler").count() == 1


def test_held_keys_and_composition_label_nothing(nb):
    start(nb)
    nb.page.evaluate(
        """() => { const root = document.querySelector(".al-labeler");
        for (const more of [{repeat: true}, {isComposing: true}, {altKey: true}])
          root.dispatchEvent(new KeyboardEvent("keydown",
            {key: "1", code: "Digit1", bubbles: true, ...more})); }"""
    )
    nb.page.wait_for_timeout(300)
    assert nb.value("learner.budget.spent") == 0


def test_keys_work_on_a_layout_whose_digits_need_shift(nb):
    first = item(nb)
    nb.page.evaluate(
        """() => document.querySelector(".al-labeler").dispatchEvent(
            new KeyboardEvent("keydown", {key: "&", code: "Digit1", bubbles: true}))"""
    )
    nb.wait_value("learner.budget.spent", 1)
    assert labels(nb) == [[first, 1]]


def test_ctrl_s_still_saves_the_notebook(nb):
    start(nb)
    press(nb, "1")
    nb.wait_value("learner.budget.spent", 1)
    saved = nb.page.evaluate(LAST_SAVED)
    press(nb, "Control+s")
    nb.page.wait_for_function(f"({LAST_SAVED})() !== {json.dumps(saved)}")


LAST_SAVED = "() => window.jupyterapp.shell.currentWidget.context.contentsModel.last_modified"


def test_tab_leaves_and_escape_goes_back_to_the_notebook(nb):
    start(nb)
    press(nb, "Escape")
    assert nb.page.evaluate("document.activeElement.closest('.al-labeler')") is None
    nb.page.focus(".al-labeler")
    for _ in range(40):
        press(nb, "Tab")
        if nb.page.evaluate("document.activeElement.closest('.al-labeler') === null"):
            return
    pytest.fail("Tab stays in the widget")


def test_help_opens_and_closes_with_its_key(nb):
    start(nb)
    press(nb, "?")
    assert nb.page.is_visible(".al-sheet")
    press(nb, "?")
    assert not nb.page.is_visible(".al-sheet")


def test_a_reloaded_page_shows_the_same_item_and_goes_on(own_nb):
    nb = own_nb
    nb.store = nb.folder / "labels.sqlite"
    start(nb)
    press(nb, "1", "2", "3")
    nb.wait_value("learner.budget.spent", 3)
    before = item(nb)
    nb.reload()
    nb.wait(READY)
    assert item(nb) == before
    start(nb)
    press(nb, "4")
    nb.wait_value("learner.budget.spent", 4)
    assert len(set(on_disk(nb))) == 4


def test_a_restarted_kernel_and_a_rerun_resume_exactly(own_nb):
    nb = own_nb
    start(nb)
    for key in "0123456789012":
        press(nb, key)
    nb.wait_value("learner.budget.spent", 13)
    nb.wait_value("len(learner.history)", 1)
    shown, before = item(nb), labels(nb)
    curve = nb.value("learner.history['accuracy'].tolist()")
    nb.restart_kernel()
    nb.run_all()
    nb.wait(READY)
    assert item(nb) == shown
    assert labels(nb) == before
    assert nb.value("learner.history['accuracy'].tolist()") == curve
    assert nb.value("learner.model is not None") is True


def test_a_killed_kernel_is_said_in_words_and_answers_given_meanwhile_arrive_later(own_nb):
    nb = own_nb
    start(nb)
    press(nb, "1", "2")
    nb.wait_value("learner.budget.spent", 2)
    pid = nb.kill_kernel()
    shown = item(nb)
    press(nb, "3")
    nb.page.wait_for_selector('.al-labeler[data-kernel="silent"] .al-notice', timeout=20_000)
    assert "1 answer is kept in this browser" in nb.page.inner_text(".al-notice")
    assert "saving 1" in nb.page.inner_text(".al-status")
    nb.wait_kernel(other_than=pid)
    nb.dismiss_dialogs()
    nb.run_all()
    nb.wait(READY)
    nb.wait_value("learner.budget.spent", 3)
    assert labels(nb)[-1] == [shown, 3]
    nb.page.wait_for_function("!document.querySelector('.al-status').innerText.includes('saving')")


def test_answers_that_a_reloaded_page_had_not_sent_are_sent_by_the_next(own_nb):
    nb = own_nb
    start(nb)
    shown = item(nb)
    with nb.kernel_paused():
        press(nb, "5")
        nb.page.wait_for_timeout(200)
        kept = nb.page.evaluate(
            "Object.keys(localStorage).filter(k => k.startsWith('al_widgets:'))"
        )
    assert len(kept) == 1
    nb.wait_value("learner.budget.spent", 1)
    # the acknowledgement may have come by now: put the answer back, as if it had been lost
    nb.page.wait_for_function("!Object.keys(localStorage).some(k => k.startsWith('al_widgets:'))")
    store = nb.value("learner.store.id")
    lost = {"id": "f" * 32, "type": "label", "item": item(nb), "label": "6", "seconds": 1}
    nb.page.evaluate(
        "([key, value]) => localStorage.setItem(key, value)",
        [f"al_widgets:{store}:{lost['id']}", json.dumps({"order": 1, "operation": lost})],
    )
    nb.reload()
    nb.wait(".al-labeler[data-ready=true]")
    nb.wait_value("learner.budget.spent", 2)
    assert labels(nb) == [[shown, 5], [lost["item"], 6]]


def test_malformed_messages_change_nothing_and_show_an_error(nb):
    before = nb.value("learner.log.state.position")
    shown = item(nb)
    for content in (
        {"type": "label", "id": "a1", "item": "no such item", "label": "1"},
        {"type": "label", "id": "a2", "item": shown, "label": "horse"},
        {"type": "label", "id": "a3", "item": 7, "label": "1"},
        {"type": "label", "id": "a4", "item": shown, "label": "1", "seconds": "soon"},
        {"type": "drop table", "id": "a5"},
        {"type": "label", "item": shown, "label": "1"},
        "label",
    ):
        nb.page.evaluate("() => { document.querySelector('.al-error').hidden = true; }")
        message = {"type": "answers", "operations": [content]}
        nb.kernel_eval(f"widget._heard(widget, {message!r}, [])")
        nb.page.wait_for_selector(".al-error:not([hidden])")
    for message in ({"type": "answers", "operations": 3}, {"type": "?"}, {}, [1, 2], None):
        nb.page.evaluate("() => { document.querySelector('.al-error').hidden = true; }")
        nb.kernel_eval(f"widget._heard(widget, {message!r}, [])")
        nb.page.wait_for_selector(".al-error:not([hidden])")
    assert nb.value("learner.log.state.position") == before


def test_text_is_shown_and_never_run(notebook):
    nb = notebook(
        "import al_widgets as al, numpy as np\n"
        "evil = '<img src=x onerror=window.__run=1><script>window.__run=1</script>'\n"
        "pool = al.Pool(np.random.default_rng(0).normal(size=(30, 4)), content=[evil] * 30)\n"
        "learner = al.ActiveLearner(pool, classes=[evil, 'b'], budget=20)\n"
        "al.Labeler(learner, prompt=evil)",
        ready=READY,
    )
    assert nb.page.inner_text(".al-card .al-text").startswith("<img src=x onerror")
    nb.page.wait_for_timeout(300)
    assert nb.page.evaluate("window.__run") is None


def test_a_log_in_memory_says_so_and_offers_to_save(notebook):
    nb = notebook(SETUP.replace("store=store", "store=None"), "al.Labeler(learner)", ready=READY)
    start(nb)
    press(nb, "1", "2")
    nb.wait_value("learner.budget.spent", 2)
    assert "memory" in nb.page.inner_text(".al-notice")
    nb.page.fill(".al-save-where", "kept.sqlite")
    nb.page.click(".al-save-button")
    nb.wait_value("learner.store.is_durable", expected=True)
    nb.page.wait_for_selector(".al-notice", state="hidden")
    start(nb)
    press(nb, "3")
    nb.wait_value("learner.budget.spent", 3)
    assert (nb.folder / "kept.sqlite").exists()


def test_many_classes_are_found_by_typing(notebook):
    nb = notebook(
        "import al_widgets as al\n"
        "pool, y = al.datasets.load_digits()\n"
        "names = ['apple', 'salmon', 'maple tree', 'cherry', 'plum', 'pear', 'fig', 'kiwi', 'lime',"
        " 'date', 'mango', 'melon']\n"
        "learner = al.ActiveLearner(pool, classes=names, budget=100)\n"
        "al.Labeler(learner)",
        ready=READY,
    )
    start(nb)
    for word in ("salm", "tree", "mel"):
        nb.page.keyboard.type(word)
        press(nb, "Enter")
    nb.wait_value("learner.labels['label'].tolist()", ["salmon", "maple tree", "melon"])
    press(nb, "Shift+S")
    nb.page.wait_for_selector(".al-thumb-label:text-is('skipped')")
    press(nb, "Backspace")
    press(nb, "2")
    nb.wait_value("learner.labels['label'].tolist()[-1]", "salmon")


def test_the_budget_is_respected_and_a_correction_is_free(notebook):
    nb = notebook(
        SETUP.replace("budget=200", "budget=5, batch_size=5"), "al.Labeler(learner)", ready=READY
    )
    start(nb)
    press(nb, *"01234")
    nb.page.wait_for_selector(".al-wait:has-text('budget is spent')")
    assert nb.value("learner.budget.remaining") == 0
    press(nb, "5")
    nb.page.click(".al-thumb >> nth=0")
    press(nb, "9")
    nb.wait_value("learner.labels['label'].tolist()[-1]", 9)
    assert nb.value("learner.budget.spent") == 5


def test_a_training_that_fails_is_shown_and_loses_nothing(notebook):
    nb = notebook(
        SETUP,
        "from sklearn.linear_model import LogisticRegression\n"
        "class Broken(LogisticRegression):\n"
        "    def fit(self, X, y):\n"
        "        raise RuntimeError('out of cheese')\n"
        "learner = al.ActiveLearner(pool, range(10), model=Broken(), store='labels.sqlite')\n"
        "al.Labeler(learner)",
        ready=READY,
    )
    start(nb)
    for key in "0123456789":
        press(nb, key)
    nb.page.wait_for_selector(".al-error:has-text('out of cheese')")
    nb.wait(READY)
    press(nb, "1")
    nb.wait_value("learner.budget.spent", 11)


def test_it_is_named_for_a_screen_reader(nb):
    root = nb.page.locator(".al-labeler")
    assert root.get_attribute("role") == "group"
    assert "Which class" in root.get_attribute("aria-label")
    status = nb.page.locator(".al-status")
    assert (status.get_attribute("role"), status.get_attribute("aria-live")) == ("status", "polite")
    button = nb.page.locator('button[data-label="3"]')
    assert button.get_attribute("aria-keyshortcuts") == "3"
    assert nb.page.locator(".al-card img").get_attribute("alt")
    small = nb.page.evaluate(
        """() => [...document.querySelectorAll(".al-labeler button")].filter(b => b.offsetParent)
        .map(b => b.getBoundingClientRect()).filter(r => r.width < 24 || r.height < 24).length"""
    )
    assert small == 0


def test_nothing_is_asked_from_the_network(nb):
    start(nb)
    press(nb, "1")
    nb.wait_value("learner.budget.spent", 1)
    assert nb.foreign_requests == []


def test_a_full_disk_is_said_and_the_answers_are_saved_once_there_is_room(own_nb):
    nb = own_nb
    start(nb)
    press(nb, "1")
    nb.wait_value("learner.budget.spent", 1)
    nb.kernel_eval(
        "import resource, os\n"
        "room = max(os.path.getsize(f) for f in os.listdir('.') if 'sqlite' in f)\n"
        "before = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))"
    )
    press(nb, "2", "3")
    nb.page.wait_for_selector(".al-error:not([hidden])")
    assert "saving 2" in nb.page.inner_text(".al-status")
    assert nb.value("learner.budget.spent") == 1
    nb.kernel_eval("resource.setrlimit(resource.RLIMIT_FSIZE, before)")
    nb.wait_value("learner.budget.spent", 3)
    nb.page.wait_for_selector(".al-saved:text-is('saved 3')")
    nb.page.wait_for_selector(".al-error", state="hidden")
    assert [label for _, label in labels(nb)] == [1, 2, 3]
