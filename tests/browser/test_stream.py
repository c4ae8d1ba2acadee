"""A stream that flows through a Workbench, as a hand meets it in JupyterLab."""

from __future__ import annotations

import pytest
from contrast import contrasts

SETUP = """
import itertools
import al_widgets as al
import numpy as np
from sklearn.linear_model import LogisticRegression
given, y = al.datasets.load_digits()
order = np.random.default_rng(0).permutation(len(given))
class Digits:
    def __iter__(self):
        for i in itertools.cycle(order):
            yield given.features[i], given.content[i]
def digit(item):
    return int(y[order[int(item[1:]) % len(order)]])
stream = al.StreamBasedSampling(Digits(), 0.8, name="digits")
stream.pause()
learner = al.ActiveLearner(
    al.Pool.empty(64), classes=range(10), model=LogisticRegression(max_iter=200),
    sampling=stream, budget=150, store="labels.sqlite",
)
def answer(n):
    for item in list(learner.query())[:n]:
        learner.label(item, digit(item))
"""
READY = ".al-workbench[data-ready=true] .al-str[data-ready=true]"
STATUS, LINE, CARD = ".al-str-status", ".al-str-line", ".al-str-item"


@pytest.fixture(scope="module")
def nb(shared_notebook):
    """One notebook; its tests follow one another as a person's work would."""
    return shared_notebook(SETUP, "bench = al.Workbench(learner)\nbench", ready=READY)


def says(nb, words):
    nb.page.wait_for_selector(f"{STATUS}:has-text('{words}')")


def hold_line(nb):
    """Press on the line, and return where that is; nothing moves while the kernel is paused."""
    nb.page.locator(LINE).hover()
    box = nb.page.locator(LINE).bounding_box()
    nb.page.mouse.down()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def choose(nb, speed):
    nb.page.locator(f".al-str-radio[value='{speed}']").focus()
    nb.page.locator(f".al-str-radio[value='{speed}']").check(force=True)


def test_a_paused_stream_says_so_in_both_places_and_waits_to_be_played(nb):
    says(nb, "Paused.")
    nb.page.wait_for_selector(".al-wait:has-text('The stream is paused')")
    assert nb.page.get_attribute("[role=tab]:text-is('Stream')", "aria-selected") == "true"
    assert nb.page.locator(".al-tab:visible").all_inner_texts() == ["Stream", "Curve & budget"]


def test_a_step_lets_one_item_pass_which_is_asked_about(nb):
    nb.page.click("button:text-is('Step')")
    says(nb, "Paused at item 1.")
    nb.page.wait_for_selector(".al-card[data-item='s0']")
    nb.page.wait_for_selector(f"{CARD}[data-became=asked] img")
    nb.kernel_eval("answer(1)")
    nb.page.wait_for_selector(f"{CARD}[data-note=answered]")


def test_play_fills_the_labeler_and_waits_for_answers(nb):
    nb.page.click(".al-str-main[data-does=play]")
    says(nb, "Waits for your answers: 10 are open.")
    nb.page.wait_for_selector(".al-card[data-item='s1']")
    assert nb.page.inner_text(".al-str-main") == "Pause"


def test_a_key_answers_while_the_stream_flows(nb):
    nb.page.click(".al-card")
    before = nb.value("learner.budget.spent")
    for _ in range(10):
        item = nb.page.get_attribute(".al-card", "data-item")
        nb.page.keyboard.press(str(nb.value(f"digit({item!r})")))
        nb.page.wait_for_function(
            "item => document.querySelector('.al-card').dataset.item !== item", arg=item
        )
    nb.wait_value("learner.budget.spent", before + 10)
    nb.page.wait_for_selector(".al-str-count-asked .al-str-n:text-is('21')")


def test_what_is_sure_is_accepted_and_says_why_when_it_is_pointed_at(nb):
    nb.kernel_eval("for _ in range(6): answer(10); learner.retrain()")
    nb.page.wait_for_selector(f"{CARD}[data-became=accepted]")
    nb.page.wait_for_function(
        "document.querySelector('.al-str-count-accepted .al-str-n').innerText !== '0'"
    )
    nb.page.locator(f"{CARD}[data-became=accepted]").last.hover()
    nb.page.wait_for_selector(".al-str-why:has-text('sure, and asks below 80 %')")
    nb.page.hover(".al-str-chart-head")


def test_an_accepted_item_that_is_clicked_is_asked_about_first(nb):
    nb.page.click(".al-str-main[data-does=pause]")
    says(nb, "Paused at item")
    card = nb.page.locator(f"{CARD}[data-became=accepted]").last
    number = card.get_attribute("data-number")
    card.locator("button").click()
    nb.page.wait_for_selector(f".al-card[data-item='s{number}']")
    nb.page.wait_for_selector(f"{CARD}[data-number='{number}'][data-note=open]")
    nb.kernel_eval(f"learner.label('s{number}', digit('s{number}'))")
    nb.page.wait_for_selector(
        f"{CARD}[data-number='{number}']:is([data-note=agreed], [data-note=differed])"
    )
    nb.page.click(".al-str-main[data-does=play]")


def test_an_open_item_does_not_tell_what_the_model_says(nb):
    told = nb.page.locator(f"{CARD}[data-note=open]").first.inner_text()
    assert told.split() in (["asked", "open"], ["drawn", "open"])
    nb.kernel_eval("stream.pause(); answer(10); answer(10)")
    nb.page.wait_for_selector(f"{CARD}[data-note=agreed], {CARD}[data-note=differed]")
    nb.kernel_eval("stream.play()")
    says(nb, "Waits for your answers")


def test_the_line_is_dragged_with_a_preview_and_let_go(nb):
    with nb.kernel_paused():
        x, y = hold_line(nb)
        nb.page.mouse.move(x, y + 30, steps=4)
        nb.page.wait_for_selector(".al-str-said:has-text('it would have asked about')")
    assert nb.value("stream.threshold.value") == 0.8
    nb.page.mouse.up()
    at = float(nb.page.get_attribute(LINE, "aria-valuenow")) / 100
    assert at < 0.75
    nb.wait_value("stream.threshold.value", at)
    nb.page.wait_for_selector(".al-str-said:has-text('Drag the line')")


def test_escape_puts_the_dragged_line_back(nb):
    before = nb.value("stream.threshold.value")
    with nb.kernel_paused():
        x, y = hold_line(nb)
        nb.page.mouse.move(x, y - 17, steps=3)
    nb.page.keyboard.press("Escape")
    nb.page.mouse.up()
    assert float(nb.page.get_attribute(LINE, "aria-valuenow")) == round(100 * before, 1)
    assert nb.value("stream.threshold.value") == before


def test_keys_move_the_line(nb):
    nb.page.locator(LINE).focus()
    nb.page.keyboard.press("End")
    nb.page.keyboard.press("PageDown")
    nb.page.keyboard.press("ArrowDown")
    assert nb.page.get_attribute(LINE, "aria-valuenow") == "89"
    assert "would have asked" in nb.page.get_attribute(LINE, "aria-valuetext")
    nb.page.keyboard.press("Enter")
    nb.wait_value("stream.threshold.value", 0.89)


def test_an_adaptive_threshold_that_was_dragged_comes_back(nb):
    nb.kernel_eval("stream.threshold = al.thresholds.TargetRate(0.2)")
    nb.page.wait_for_selector(".al-str-how:has-text('adapting, to ask about 20')")
    nb.page.locator(LINE).focus()
    nb.page.keyboard.press("Home")
    nb.page.wait_for_selector(".al-str-how:has-text('would be fixed')")
    nb.page.keyboard.press("Enter")
    nb.page.click("button:text-is('Let it adapt again')")
    nb.wait_value("type(stream.threshold).__name__", "TargetRate")
    nb.page.wait_for_selector(".al-str-how:has-text('adapting')")


def test_the_speed_is_kept(nb):
    nb.kernel_eval("stream.threshold = 0.5; answer(10)")
    choose(nb, 10)
    nb.wait_value("stream.speed", 10)
    nb.kernel_eval("answer(10); answer(10)")  # the second was filled before, in no time
    says(nb, "a second")
    nb.page.click(".al-str-main[data-does=pause]")
    says(nb, "Paused at item")
    choose(nb, 0)
    nb.wait_value("stream.speed is None", True)


def test_no_key_leaks_to_the_notebook_from_any_control(nb):
    before = nb.cell_sources()
    for control in (
        ".al-str-main",
        ".al-str-button:visible",
        ".al-str-radio",
        LINE,
        ".al-str-card",
    ):
        nb.page.locator(control).last.focus()
        for key in ("d", "d", "x", "b", "Backspace"):
            nb.page.keyboard.press(key)
    assert nb.cell_sources() == before


def test_arrows_go_from_item_to_item_and_each_says_why(nb):
    last = nb.page.locator(".al-str-card").last
    last.focus()
    said = nb.page.inner_text(".al-str-why")
    nb.page.keyboard.press("ArrowLeft")
    assert nb.page.inner_text(".al-str-why") != said
    assert nb.page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Item ")
    nb.page.locator(".al-str-main").focus()


def test_the_tab_comes_and_goes_with_the_sampling(nb):
    nb.kernel_eval("learner.sampling = al.PoolBasedSampling()")
    nb.page.wait_for_selector("[role=tab]:text-is('Stream')", state="hidden")
    assert nb.page.is_visible(".al-part-curve")
    nb.kernel_eval("learner.sampling = stream")
    nb.page.wait_for_selector(".al-str-main:visible")


@pytest.mark.parametrize("width", [1900, 1400, 640])
def test_every_control_can_be_hit_and_nothing_is_cut_off(nb, width):
    nb.page.set_viewport_size({"width": width, "height": 950})
    nb.page.wait_for_function(
        "column => document.querySelector('.al-bench').dataset.column === column",
        arg="stream" if width == 1900 else "",
    )
    small, over = nb.page.evaluate(
        """() => { const root = document.querySelector(".al-str").getBoundingClientRect();
        const parts = ".al-str :is(button, .al-str-option, .al-str-line)";
        const boxes = [...document.querySelectorAll(parts)]
          .filter(b => b.checkVisibility() && !b.closest(".al-str-strip"))
          .map(b => b.getBoundingClientRect());
        return [boxes.filter(b => b.width < 24 || b.height < 24).length,
                boxes.filter(b => b.right > root.right + 1).length]; }"""
    )
    nb.page.set_viewport_size({"width": 1400, "height": 900})
    assert (small, over) == (0, 0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_its_ground(nb, theme):
    nb.set_theme(theme)
    ratios = contrasts(nb.page, ".al-str")
    nb.screenshot(f"stream-{theme}")
    nb.set_theme("light")
    assert len(ratios) > 30
    assert [(name, ratio) for name, ratio in ratios if ratio < 4.5] == []


def test_a_malformed_message_shows_an_error_where_it_is_seen(nb):
    nb.kernel_eval("bench.stream._heard(None, {'type': 'drop'}, [])")
    nb.page.wait_for_selector(".al-str-wrong:has-text('known type')")


def test_a_reloaded_page_shows_it_all_again(nb):
    counts = nb.page.locator(".al-str-counts").inner_text()
    nb.reload()
    nb.wait(READY)
    nb.page.wait_for_selector(f"{CARD} img")
    assert nb.page.locator(".al-str-counts").inner_text() == counts
    nb.page.wait_for_function("document.querySelectorAll('.al-str-item img').length > 5")
    assert "Paused at item" in nb.page.inner_text(STATUS)


def test_after_the_kernel_was_killed_the_cells_resume_where_the_stream_stopped(nb):
    seen, spent = nb.value("learner.stream.n_seen"), nb.value("learner.budget.spent")
    pid = nb.kernel_pid()
    nb.kill_kernel()
    nb.wait_kernel(other_than=pid)
    nb.dismiss_dialogs()
    nb.run_all()
    nb.wait(READY)
    says(nb, f"Paused at item {seen:,}.")
    assert nb.value("learner.budget.spent") == spent
    nb.kernel_eval("stream.threshold = 0.3")
    nb.page.click(".al-str-main[data-does=play]")
    nb.kernel_eval("answer(10)")
    nb.page.wait_for_function("document.querySelectorAll('.al-str-item img').length > 0")
    assert nb.value("learner.stream.n_seen") >= seen


def test_it_leaves_no_error_behind(nb):
    assert nb.errors() == []
    assert nb.console == []


BROKEN = """
import al_widgets as al
import numpy as np
from sklearn.linear_model import LogisticRegression
class Broker:
    is_gone = True
    def __iter__(self):
        for number in range(30):
            if number == 4 and self.is_gone:
                raise ConnectionError("the broker is gone <img src=x onerror=window.__run=1>")
            yield np.eye(3)[number % 3] * 4 + number / 100, f"message {number}"
broker = Broker()
learner = al.ActiveLearner(
    al.Pool.empty(3), classes=["a", "b", "c"], model=LogisticRegression(), budget=30, batch_size=4,
    sampling=al.StreamBasedSampling(broker, 0.99, name="messages"),
)
"""


def test_a_panel_alone_shows_a_failure_and_tries_again_when_it_is_told_to(notebook):
    nb = notebook(BROKEN, "al.StreamPanel(learner)", ready=".al-str[data-ready=true]")
    nb.page.wait_for_selector(f"{CARD}[data-kind=text] >> text=message 3")
    nb.kernel_eval("for item in learner.query().ids: learner.label(item, 'abc'[int(item[1:]) % 3])")
    nb.page.wait_for_selector(".al-str-failure:has-text('the broker is gone <img')")
    says(nb, "The stream failed at item 4.")
    nb.screenshot("stream-failed")
    nb.kernel_eval("broker.is_gone = False")
    nb.page.click("button:text-is('Try again')")
    nb.page.wait_for_selector(f"{CARD} >> text=message 7")
    assert not nb.page.is_visible(".al-str-failed")
    assert nb.page.evaluate("window.__run") is None
    assert nb.console == []
