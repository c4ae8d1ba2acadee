"""Labeler: the surface on which a person answers.

How kernel and browser talk. Everything that is drawn is in traits, so that a reloaded page finds
it: `_info` (what never changes), `_state` (the fold, as far as the browser needs it, and the order
of the pages), `_page_0` and `_page_1` (the items of the open query and of the one after it, each in
the place where it came first, so that it is sent once), `_suggestions`. The browser sends what was
done, oldest first, and sends no more before it has the reply, because two messages may be read on
two threads at once::

    {"type": "answers", "operations": [
        {"type": "label", "id": ..., "item": ..., "label": ..., "seconds": ...},
        {"type": "skip", "id": ..., "item": ..., "seconds": ...},
        {"type": "undo" or "redo", "id": ..., "target": id of the event to retract}]}

and gets this back, after `_state` was sent::

    {"type": "heard", "done": [ids], "text": what went wrong}

An operation is done if it is durable, or if it breaks a rule and never will be; the browser forgets
it. If one could not be made durable, it and those after it are not done: the browser keeps them and
sends them again.

Callbacks run on a thread of the kernel, whichever it likes, and return in a few milliseconds.
Choosing and drawing cards is done by a worker.
"""

from __future__ import annotations

import threading
from collections import deque
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from al_widgets.context import predict_at
from al_widgets.exceptions import AlWidgetsError, StoreError
from al_widgets.widgets._assets import script, style
from al_widgets.widgets._beat import Beat
from al_widgets.widgets._flowing import flow_of, open_pages, stream_of
from al_widgets.widgets._keys import class_keys
from al_widgets.widgets._made import origins
from al_widgets.widgets._message import Message, told
from al_widgets.widgets._pages import SLOTS, item_ids, make_page, page_name, shows, slot_for
from al_widgets.widgets._standing import standing_of
from al_widgets.widgets._still import LearnerWidget
from al_widgets.widgets._stream_view import wait_of
from al_widgets.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from al_widgets.learner import ActiveLearner
    from al_widgets.query import Query

_GUESSES = 3
_BEAT = 1.0  # seconds from one look at a stream that has nothing to ask to the next


class Labeler(LearnerWidget):
    """Shows the items of the open query one by one and takes the answers.

    Keys work while the labeler has the focus: ``1`` to ``9`` and ``0`` for the classes, arrows to
    move in the batch, Backspace or Ctrl+Z to undo, Ctrl+Shift+Z to redo, ``S`` to skip, ``M`` for
    the model's guess, ``?`` for help. With more than ten classes, letters find a class by name.

    Enter keeps an answer that is under review. An item that was made is shown beside what it was
    made from: Enter accepts it with the label of its parents, a class's key gives it another one,
    and ``S`` rejects it.

    Parameters
    ----------
    learner : ActiveLearner
        Whom to answer.
    keys : mapping of class to str, optional
        A key for each of some classes: a letter or a digit. When None, classes whose names are
        single letters or digits are their own keys; others get digits in their order.
    prompt : str
        The question that is asked about each item.

    Raises
    ------
    InvalidInput
        If a key is no single letter or digit, means something else already, or is given twice.
    """

    _esm = script("labeler.js")
    _css = style("root.css", "labeler.css", "item.css", "made.css", "still.css")

    _info = traitlets.Dict().tag(sync=True)
    _state = traitlets.Dict().tag(sync=True)
    _page_0 = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    _page_1 = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    _suggestions = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        learner: ActiveLearner,
        *,
        keys: Mapping[Any, str] | None = None,
        prompt: str = "Which class is this?",
    ) -> None:
        names = [str(value) for value in learner.classes]
        self._keys = class_keys(names, keys)
        self._prompt, self._total = prompt, learner.budget.total
        self._sending, self._hearing = threading.RLock(), threading.Lock()
        self._worker = Worker("al_widgets next items")
        self._beat = Beat("al_widgets stream waited for", _BEAT, self._look_at_stream)
        self._fed: tuple[Any, ...] | None = None
        self._ended = ""
        # of the pages that were replaced last, since one may be in hand, and of those that came
        self._former: deque[list[str]] = deque(maxlen=len(SLOTS))
        super().__init__(learner)
        learner.pool.geometry.prepare()  # for reasons that can say how many are alike
        self._info = self._describe()
        self._feed()
        self._worker.submit(self._feed_and_tell)
        self.on_msg(self._heard)
        learner.subscribe(self._changed)
        flow_of(learner).subscribe(self._changed)
        self._beat.start()

    # -- to the browser ------------------------------------------------------------------------

    def _describe(self) -> dict[str, Any]:
        store = self._learner.store
        return {
            "store": store.id,
            "durable": store.is_durable,
            "where": str(store),
            "prompt": self._prompt,
            "classes": [{"label": name, "key": key} for name, key in self._keys.items()],
        }

    def _changed(self) -> None:
        """Tell the browser what changed; have the worker look for what comes next."""
        self._send_state()
        if self._needs() != self._fed or self._is_ahead_answered():
            self._worker.submit(self._feed_and_tell)

    def _needs(self) -> tuple[Any, ...]:
        """Return what the pages and suggestions depend on."""
        learner = self._learner
        with learner.log.known() as state:
            is_spent = state.spent.total() >= self._total
            opened = state.open_queries(learner.annotator, free=is_spent)[:2]
            names = [page_name(asked) for asked in opened]
            made = origins(state, chain.from_iterable(asked.items for asked in opened))
        stands = "" if names or is_spent or stream_of(learner) is None else self._why_ended()
        return names, is_spent, learner.newest_model, learner.sampling, stands, made

    def _look_at_stream(self) -> None:
        """See whether a stream was played or paused in code, which no log tells."""
        if stream_of(self._learner) is not None and not self._needs()[0]:
            self._changed()

    def _is_ahead_answered(self) -> bool:
        """Whether an item of the page that was sent ahead got an answer before it was opened."""
        learner = self._learner
        with learner.log.known() as state:
            n_opened = len(state.rounds(learner.annotator))
            return any(
                state.is_answered(item, learner.annotator)
                for page in (self._page_0, self._page_1)
                if page and page["round"] >= n_opened
                for item in item_ids(page)
            )

    def _feed_and_tell(self) -> None:
        """Send the next items; if they cannot be chosen, say why in their place."""
        try:
            self._feed()
        except Exception as error:
            self._ended = f"The next items could not be chosen. {type(error).__name__}: {error}"
            self._send_state()
            raise

    def _feed(self) -> None:
        """Send the items of the open query and of the next one."""
        if stream_of(self._learner) is not None:
            self._feed_from_stream()
            return
        first = self._fed is None
        query = self._learner.query()
        needs = self._needs()
        self._ended = "" if query else self._why_ended()
        following = needs[0][1:] if query else []
        self._send_page(query, beside=following[0] if following else None)
        if first:
            self._fed = ()
            self._send_state()
            return
        ahead = self._learner.look_ahead()
        self._send_page(ahead, beside=page_name(query))
        self._suggest(query, ahead)
        self._fed = needs
        self._send_state()

    def _feed_from_stream(self) -> None:
        """Send the items of both queries as far as they are there; nothing is waited for."""
        needs = self._needs()
        flow_of(self._learner).keep()
        query, ahead = open_pages(self._learner)
        self._ended = "" if query else self._why_ended()
        self._send_page(query, beside=page_name(ahead) if ahead else None)
        self._send_page(ahead, beside=page_name(query))
        self._suggest(query, ahead)
        self._fed = needs
        self._send_state()

    def _send_page(self, query: Query, beside: str | None) -> None:
        """Send the items of a query, unless the browser has them; the page `beside` stays."""
        pages = {slot: getattr(self, slot) for slot in SLOTS}
        with self._learner.log.known() as state:
            made = origins(state, query)
        if not query or any(shows(page, query, made) for page in pages.values()):
            return
        page = make_page(query, self._learner.pool, made)
        slot = slot_for(page["name"], pages, beside)
        with self._sending:
            self._former.append([*item_ids(pages[slot]), *item_ids(page)])
            self._send_state()  # what comes with the page may have answers, and be under review
            setattr(self, slot, page)

    def _send_state(self) -> None:
        with self._sending:
            items = dict.fromkeys(
                chain(item_ids(self._page_0), item_ids(self._page_1), *self._former)
            )
            learner = self._learner
            with learner.log.known() as state:
                is_spent = state.spent.total() >= self._total
                heard = told(state, learner.annotator, list(items), is_spent=is_spent)
            self._state = {
                **heard,
                "total": self._total,
                "training": learner.is_training,
                "failure": learner.failure,
                "ended": self._ended,
            }

    def _suggest(self, *queries: Query) -> None:
        """Send what the model says of all items that a view may be at."""
        learner, items = self._learner, list(dict.fromkeys(chain(*queries, *self._former)))
        if learner.trained is None or not items:
            self._suggestions = {}
            return
        rows = np.array([learner.pool.position(item) for item in items])
        proba = predict_at(learner.model, learner.pool, rows, len(learner.classes))
        names = list(self._keys)
        best = (-proba).argsort(axis=1)[:, :_GUESSES]
        self._suggestions = {
            item: [[names[k], round(float(row[k]), 4)] for k in order]
            for item, row, order in zip(items, proba, best, strict=True)
        }

    def _why_ended(self) -> str:
        budget = self._learner.budget
        if budget.remaining == 0:
            return f"The budget is spent: {budget.spent} of {budget.total} answers."
        if stream_of(self._learner) is not None:
            return wait_of(standing_of(self._learner))
        return "Nothing is left to ask: every item is labeled or skipped."

    # -- from the browser ----------------------------------------------------------------------

    def _heard(self, _widget: Any, content: Any, _buffers: Any) -> None:
        done: list[str] = []
        try:
            with self._hearing:
                self._handle(Message(content), done)
            text = ""
        except AlWidgetsError as error:
            text = str(error)
        with self._sending:
            self.send({"type": "heard", "done": done, "text": text})

    def _handle(self, message: Message, done: list[str]) -> None:
        match message.type:
            case "ping":
                pass
            case "answers":
                self._answer(message.operations(), done)
            case "save":
                self._learner.save(message.text("where"))
                self._info = self._describe()
            case _:
                message.refuse_type()

    def _answer(self, operations: list[Message], done: list[str]) -> None:
        """Do what was done in the browser; say in `done` what it may forget."""
        refused: AlWidgetsError | None = None
        for operation in operations:
            id_ = operation.text("id")
            try:
                self._do(operation, id_)
            except StoreError:
                raise
            except AlWidgetsError as error:
                refused = error
            done.append(id_)
        if refused:
            raise refused

    def _do(self, message: Message, id_: str) -> None:
        learner = self._learner
        match message.type:
            case "label":
                item, label = message.text("item"), message.text("label")
                learner.label(item, label, seconds=message.seconds(), id=id_)
            case "skip":
                learner.skip(message.text("item"), seconds=message.seconds(), id=id_)
            case "undo":
                learner.undo(target=message.text("target"), id=id_)
            case "redo":
                learner.redo(target=message.text("target"), id=id_)
            case _:
                message.refuse_type()
