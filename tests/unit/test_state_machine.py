"""Whatever people do, in whatever order: the learner agrees with a simple model of it."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from unit_parts import CLASSES, N_ITEMS, counts, make_learner, make_pool, settled

from al_widgets.exceptions import BudgetExhausted, ImportRefused, InvalidInput, NotEnoughLabels

BUDGET, BATCH = 7, 3
ITEMS = st.sampled_from([str(i) for i in range(N_ITEMS)])
SELECTIONS = st.lists(ITEMS, min_size=1, max_size=N_ITEMS)
LABELS = st.sampled_from(CLASSES)
SKIPPED = None


@dataclass(frozen=True)
class Step:
    """What undo takes back at once."""

    number: int
    items: tuple
    label: str | None
    source: str = "human"

    @property
    def is_selection(self):
        return self.source == "selection"

    @property
    def is_imported(self):
        return self.source == "imported"


@dataclass(frozen=True)
class Round:
    """A query: what it asks about, which kind it is of, and the last step before it."""

    items: tuple
    kind: str = "chosen"
    after: int = 0


class Answers:
    """What one annotator did: a list, and what undo took off its end."""

    def __init__(self):
        self.done = []
        self.undone = []
        self.rounds = []

    def do(self, *step):
        self.done.append(Step(*step))
        if not self.done[-1].is_imported:
            self.undone.clear()

    def undo(self):
        """Take back the last step; what was imported is none. Say whether there was one."""
        steps = [step for step in self.done if not step.is_imported]
        if steps:
            self.done.remove(steps[-1])
            self.undone.append(steps[-1])
        return bool(steps)

    def redo(self):
        """Put back what was undone last, where it stood. Say whether there was anything."""
        if not self.undone:
            return False
        self.done.append(self.undone.pop())
        self.done.sort(key=lambda step: step.number)
        return True

    def last(self):
        """The step in which the last word on each item was said."""
        return {item: step for step in self.done for item in step.items}

    def said(self, item):
        """The last word on an item: nothing, or its label and where it came from."""
        step = self.last().get(item)
        return step and (step.label, step.source)

    def labels(self):
        """Items and labels, in the order of answering."""
        return [
            (item, step.label)
            for step in self.done
            for item in step.items
            if self.last()[item] is step and step.label is not SKIPPED
        ]

    def sources(self):
        last = self.last()
        return [last[item].source for item, _ in self.labels()]

    def is_spent_on(self, item):
        """Whether a label of the item was spent: it was given by hand."""
        return self.said(item) in [(label, "human") for label in CLASSES]

    def is_news(self, item, label):
        """Whether a hand that says this says something new."""
        said = self.said(item)
        is_same = said is not None and said[0] == label and said[1] != "selection"
        return not is_same or self.is_under_review(item)

    def awaits(self, item, asked, answered):
        """Whether an item of a query has no answer; for a review, none since it was opened."""
        last = self.last().get(item)
        if asked.kind == "review":
            return last is None or last.number <= asked.after
        return last is None and item not in answered

    def open_rounds(self, answered=()):
        """The queries with such an item as they are answered, of which `answered` by others."""
        opened = [
            asked
            for asked in self.rounds
            if any(self.awaits(item, asked, answered) for item in asked.items)
        ]
        in_front = [asked for asked in opened if asked.kind != "chosen"]
        return [*reversed(in_front), *(asked for asked in opened if asked.kind == "chosen")]

    def asked(self, is_spent, answered=()):
        """What the open query asks about; after the budget only a review of own answers."""
        for asked in self.open_rounds(answered):
            if not is_spent or any(
                asked.kind == "review"
                and self.awaits(item, asked, answered)
                and self.is_spent_on(item)
                for item in asked.items
            ):
                return asked.items
        return ()

    def is_under_review(self, item):
        return any(
            item in asked.items and asked.kind == "review" and self.awaits(item, asked, ())
            for asked in self.rounds
        )

    def affordable(self, items, left):
        """Those of the items that can be reviewed with so many answers left."""
        chosen = []
        for item in dict.fromkeys(items):
            costs = not self.is_spent_on(item)
            if left > 0 or not costs:
                chosen.append(item)
                left -= costs
        return tuple(chosen)

    def spent(self):
        """Answers by hand, and selections however many items they have."""
        selections = sum(step.is_selection for step in self.done)
        return selections + self.sources().count("human")


def propagates(learner):
    """Have a learner say of every item that it is of the first class; nothing is suspicious."""

    def propagate(threshold=0.0):
        n = len(learner.pool)
        return SimpleNamespace(
            pool=learner.pool,
            classes=CLASSES,
            label=np.zeros(n, dtype=int),
            confidence=np.ones(n),
            is_propagated=np.ones(n, dtype=bool),
            is_withheld=np.zeros(n, dtype=bool),
            threshold=threshold,
            answered=np.array([0]),
            given=np.array([0]),
            out_of_fold=np.array([[1.0, 0.0, 0.0]]),
        )

    learner.propagate = propagate
    return learner


def imported(learner, answers, rows, path, *, validate=False):
    """Have the learner import labels in its own annotator's name; return those that are new."""
    strategy = "validation" if validate else ""
    lines = [f"{item},{label},{learner.annotator},{strategy}" for item, label in rows.items()]
    path.write_text("\n".join(["item,label,annotator,strategy", *lines]))
    known = {item: answers.said(item) for item in rows}
    labels = {item: said[0] for item, said in known.items() if said and said[0] is not SKIPPED}
    if any(rows[item] != label for item, label in labels.items()):
        with pytest.raises(ImportRefused):
            learner.import_labels(path)
        return {}
    came = {step.items[0] for step in answers.done if step.is_imported
            and rows.get(step.items[0]) == step.label}  # fmt: skip
    new = {item: label for item, label in rows.items() if item not in labels.keys() | came}
    result = learner.import_labels(path)
    assert (result.n_imported, result.n_known) == (len(new), len(rows) - len(new))
    return new


class Alone(RuleBasedStateMachine):
    """One annotator, a real file, and now and then a new kernel."""

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        self.pool = make_pool()
        self.me = Answers()
        self.fits = []  # (numbers of the answers that it saw, n_labels, spent)
        self.held_out = set()
        self.audits, self.audited = [], set()
        self.serial = 0
        self.known = {}
        self.learner = self.opened()

    def opened(self):
        learner = make_learner(
            self.pool,
            budget=BUDGET,
            batch_size=BATCH,
            validation=0.25,
            store=self.folder / "labels.sqlite",
        )
        return propagates(settled(learner))

    def teardown(self):
        if hasattr(self, "learner"):
            self.learner.store.close()
            shutil.rmtree(self.folder)

    # -- the model of it

    def front(self):
        """The query that is at the front, whatever is left of the budget."""
        return next(iter(self.me.open_rounds()), None)

    def asked(self):
        return self.me.asked(self.me.spent() >= BUDGET)

    def training_labels(self):
        return {i: label for i, label in self.me.labels() if i not in self.held_out}

    def standing(self):
        return frozenset(step.number for step in self.me.done)

    def visible_fits(self):
        return [fit for fit in self.fits if fit[0] <= self.standing()]

    def fit(self):
        """A training, if there is anything new to learn."""
        learned = self.training_labels()
        seen = self.visible_fits()
        if len(set(learned.values())) < 2 or (seen and seen[-1][0] == self.standing()):
            return
        self.fits.append((self.standing(), len(learned), self.me.spent()))

    def act(self, before):
        if before is not None and before not in self.me.open_rounds():
            self.fit()

    # -- what can be done

    @rule(item=ITEMS, label=LABELS)
    def label(self, item, label):
        is_news = self.me.is_news(item, label)
        if is_news and not self.me.is_spent_on(item) and self.me.spent() == BUDGET:
            with pytest.raises(BudgetExhausted):
                self.learner.label(item, label)
            return
        before = self.front()
        self.learner.label(item, label)
        if is_news:
            self.answered((item,), label)
        self.act(before)

    @rule(items=SELECTIONS, label=LABELS)
    def label_many(self, items, label):
        answered = self.me.last()
        measures = self.held_out.union(self.learner._trainer._reserve, self.audited)
        free = [i for i in self.pool.ids if i in items and i not in measures | answered.keys()]
        if free and self.me.spent() == BUDGET:
            with pytest.raises(BudgetExhausted):
                self.learner.label_many(items, label)
            return
        assert self.learner.label_many(items, label, seen=items[:2]) == len(free)
        if free:
            self.answered(tuple(free), label, "selection")
            self.fit()

    @precondition(lambda self: self.front())
    @rule(label=LABELS)
    def label_what_is_asked(self, label):
        asked = self.front()
        self.label(next(i for i in asked.items if self.me.awaits(i, asked, ())), label)

    @precondition(lambda self: any(self.me.is_under_review(item) for item in self.pool.ids))
    @rule(which=st.integers(0, N_ITEMS))
    def keep(self, which):
        items = [item for item in self.pool.ids if self.me.is_under_review(item)]
        item = items[which % len(items)]
        label, _ = self.me.said(item) or (SKIPPED, True)
        self.label(item, label) if label else self.skip(item)

    @rule(items=SELECTIONS)
    def review(self, items):
        labeled = [item for item in items if item in dict(self.me.labels())]
        wanted = self.me.affordable(labeled, BUDGET - self.me.spent())
        assert self.learner.review(items=items).ids == wanted
        if wanted:
            self.me.rounds.append(Round(wanted, "review", self.serial))

    @rule(n=st.integers(1, 3))
    def audit(self, n):
        left, answered = BUDGET - self.me.spent(), self.me.last()
        opened = [asked for asked in self.me.open_rounds() if asked.kind == "audit"]
        refusal = None
        if left <= 0:
            refusal = BudgetExhausted
        elif not opened and len(answered) == N_ITEMS:
            refusal = NotEnoughLabels
        elif not opened and min(n, N_ITEMS - len(answered)) > left:
            refusal = InvalidInput
        if refusal:
            with pytest.raises(refusal):
                self.learner.audit(n)
            return
        query = self.learner.audit(n)
        if opened:
            assert query.ids == opened[0].items
            return
        assert len(query) == min(n, N_ITEMS - len(answered))
        assert answered.keys().isdisjoint(query.ids)
        self.me.rounds.append(Round(query.ids, "audit"))
        self.audits.append(query.ids)
        self.audited.update(query.ids)

    @rule(item=ITEMS)
    def skip(self, item):
        before = self.front()
        self.learner.skip(item)
        if self.me.said(item) != (SKIPPED, "human") or self.me.is_under_review(item):
            self.answered((item,), SKIPPED)
        self.act(before)

    @rule(rows=st.dictionaries(ITEMS, LABELS, min_size=1, max_size=5), validate=st.booleans())
    def import_labels(self, rows, validate):
        before = self.front()
        new = imported(self.learner, self.me, rows, self.folder / "labels.csv", validate=validate)
        for item, label in new.items():
            self.answered((item,), label, "imported")
        if new:
            self.held_out.update(new if validate else ())
            self.fit()
        self.act(before)

    def answered(self, *step):
        self.serial += 1
        self.me.do(self.serial, *step)

    @rule(times=st.integers(1, 4))
    def undo(self, times):
        for _ in range(times):
            assert self.learner.undo() is self.me.undo()

    @rule(times=st.integers(1, 4))
    def redo(self, times):
        for _ in range(times):
            before, undone = self.front(), self.me.undone[-1:]
            assert self.learner.redo() is self.me.redo()
            settled(self.learner)
            if undone:
                self.fit() if undone[0].is_selection else self.act(before)

    @rule(back=st.integers(2, 4), forth=st.integers(1, 3))
    def go_back_and_forth(self, back, forth):
        self.undo(back)
        self.redo(forth)
        self.undo(1)
        self.redo(1)

    @rule()
    def retrain(self):
        if len(set(self.training_labels().values())) < 2:
            with pytest.raises(NotEnoughLabels):
                self.learner.retrain()
            return
        self.learner.retrain()
        self.fit()

    @rule()
    def query(self):
        query = self.learner.query()
        answered = self.me.last()
        if self.front():
            assert query.ids == self.asked()
            return
        left = min(BUDGET - self.me.spent(), N_ITEMS - len(answered))
        assert len(query) == min(BATCH, left)
        assert answered.keys().isdisjoint(query.ids)
        assert len(set(query.ids)) == len(query)
        if query:
            assert query.round == len(self.me.rounds)
            self.me.rounds.append(Round(query.ids))
            self.held_out.update(query.held_out)

    @rule()
    def reopen(self):
        self.learner.store.close()
        self.learner = self.opened()
        opened, fits = self.me.open_rounds(), self.visible_fits()
        number = next((k for k, r in enumerate(self.me.rounds) if r in opened), len(self.me.rounds))
        # what a completed query or a selection taught is not forgotten
        taught = {step.number for step in self.me.done if step.source != "human"}
        if number:
            taught.update(self.taught_by(self.me.rounds[number - 1]))
        if taught and (not fits or not taught <= fits[-1][0]):
            self.fit()

    def taught_by(self, asked):
        """The steps that answered a query: the first word on each item, of a review the last."""
        last, first = self.me.last(), {}
        for step in self.me.done:
            for item in step.items:
                first.setdefault(item, step)
        return {(last if asked.kind == "review" else first)[i].number for i in asked.items}

    # -- what always holds

    @invariant()
    def an_audit_counts_what_somebody_looked_at(self):
        if not hasattr(self, "learner"):
            return
        for items, audit in zip(self.audits, self.learner.audits, strict=True):
            seen = {i: k for i, k in self.me.labels() if self.me.said(i)[1] != "selection"}
            assert audit.items == items
            assert audit.answers == {i: seen[i] for i in items if i in seen}
            assert audit.n_wrong == sum(label != CLASSES[0] for label in audit.answers.values())

    @invariant()
    def labels_budget_and_counts_are_those_of_the_model(self):
        if not hasattr(self, "learner"):
            return
        settled(self.learner)
        frame = self.learner.labels
        assert list(zip(frame["item"], frame["label"], strict=True)) == self.me.labels()
        assert frame["source"].tolist() == self.me.sources()
        assert self.learner.budget.spent == self.me.spent()
        assert self.learner.budget.remaining == BUDGET - self.me.spent()
        assert counts(self.learner) == Counter(label for _, label in self.me.labels())

    @invariant()
    def the_open_query_is_that_of_the_model(self):
        if hasattr(self, "learner") and self.front():
            assert self.learner.query().ids == self.asked()

    @invariant()
    def the_curve_is_that_of_the_model_and_comes_back_unchanged(self):
        if not hasattr(self, "learner"):
            return
        frame, fits = self.learner.history, self.visible_fits()
        assert frame["n_labels"].tolist() == [n_labels for _, n_labels, _ in fits]
        assert frame["spent"].tolist() == [spent for *_, spent in fits]
        measures = self.held_out.intersection(self.learner._trainer._reserve)
        measured = tuple((i, label) for i, label in self.me.labels() if i in measures)
        assert frame["n_validation"].tolist() == [len(measured)] * len(fits)
        key = (tuple(self.fits.index(fit) for fit in fits), frozenset(measured))
        assert self.known.setdefault(key, frame).equals(frame)


class Together(RuleBasedStateMachine):
    """Two annotators with a learner each, on one file."""

    names = st.sampled_from(["ann", "bob"])

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        self.pool = make_pool()
        self.did = {"ann": Answers(), "bob": Answers()}
        self.serial = 0
        self.held_out = set()
        self.learners = {name: self.opened(name) for name in self.did}

    def opened(self, name):
        learner = make_learner(
            self.pool,
            budget=BUDGET,
            batch_size=BATCH,
            validation=0.25,
            store=self.folder / "labels.sqlite",
            annotator=name,
            random_state=len(self.did[name].rounds),
        )
        return propagates(settled(learner))

    def teardown(self):
        for learner in getattr(self, "learners", {}).values():
            settled(learner).store.close()
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)

    def spent(self):
        return sum(answers.spent() for answers in self.did.values())

    def open_items(self, name):
        """Items of the query that the annotator is at."""
        return self.did[name].asked(self.spent() >= BUDGET, self.labeled())

    def is_asked(self, name):
        """Whether the annotator has an open query, whatever is left of the budget."""
        return bool(self.did[name].open_rounds(self.labeled()))

    def labeled(self):
        return {item for each in self.did.values() for item, _ in each.labels()}

    def answered(self, name, *step):
        self.serial += 1
        self.did[name].do(self.serial, *step)

    @rule(name=names)
    def query(self, name):
        query = self.learners[name].query()
        if self.is_asked(name):
            assert query.ids == self.open_items(name)
        elif query:
            self.did[name].rounds.append(Round(query.ids))
            self.held_out.update(query.held_out)

    @rule(name=names, item=ITEMS, label=LABELS)
    def label(self, name, item, label):
        is_news = self.did[name].is_news(item, label)
        if is_news and not self.did[name].is_spent_on(item) and self.spent() >= BUDGET:
            with pytest.raises(BudgetExhausted):
                self.learners[name].label(item, label)
            return
        self.learners[name].label(item, label)
        if is_news:
            self.answered(name, (item,), label)

    @rule(name=names, items=SELECTIONS, label=LABELS)
    def label_many(self, name, items, label):
        answered = {item for each in self.did.values() for item in each.last()}
        validates = self.held_out.union(self.learners[name]._trainer._reserve)
        free = [i for i in self.pool.ids if i in items and i not in validates | answered]
        if free and self.spent() >= BUDGET:
            with pytest.raises(BudgetExhausted):
                self.learners[name].label_many(items, label)
            return
        assert self.learners[name].label_many(items, label) == len(free)
        if free:
            self.answered(name, tuple(free), label, "selection")

    @rule(name=names, rows=st.dictionaries(ITEMS, LABELS, min_size=1, max_size=4))
    def import_labels(self, name, rows):
        path = self.folder / "labels.csv"
        for item, label in imported(self.learners[name], self.did[name], rows, path).items():
            self.answered(name, (item,), label, "imported")

    @rule(name=names, which=st.integers(0, BATCH - 1), label=LABELS)
    def label_what_is_asked(self, name, which, label):
        if opened := self.open_items(name):
            self.label(name, opened[which % len(opened)], label)

    @rule(name=names, item=ITEMS)
    def skip(self, name, item):
        self.learners[name].skip(item)
        if self.did[name].said(item) != (SKIPPED, "human") or self.did[name].is_under_review(item):
            self.answered(name, (item,), SKIPPED)

    @rule(name=names, items=SELECTIONS)
    def review(self, name, items):
        labeled = [item for item in items if item in self.labeled()]
        wanted = self.did[name].affordable(labeled, BUDGET - self.spent())
        assert self.learners[name].review(items=items).ids == wanted
        if wanted:
            self.did[name].rounds.append(Round(wanted, "review", self.serial))

    @rule(name=names)
    def undo(self, name):
        assert self.learners[name].undo() is self.did[name].undo()

    @rule(name=names)
    def redo(self, name):
        assert self.learners[name].redo() is self.did[name].redo()

    @rule(name=names)
    def go_back_and_forth(self, name):
        for act in (self.undo, self.undo, self.redo, self.undo, self.redo, self.redo):
            act(name)

    @rule(name=names)
    def reopen(self, name):
        settled(self.learners[name]).store.close()
        self.learners[name] = self.opened(name)

    @invariant()
    def nobody_overwrites_another(self):
        for reader in getattr(self, "learners", {}).values():
            frame = reader.labels
            for name, answers in self.did.items():
                own = frame[frame["annotator"] == name]
                assert list(zip(own["item"], own["label"], strict=True)) == answers.labels()
            assert reader.budget.spent == self.spent()

    @invariant()
    def nobody_is_asked_what_another_was_asked(self):
        if hasattr(self, "learners"):
            rounds = [asked for each in self.did.values() for asked in each.rounds]
            asked = [item for each in rounds if each.kind == "chosen" for item in each.items]
            assert len(set(asked)) == len(asked)

    @invariant()
    def the_open_queries_are_those_of_the_model(self):
        for name, learner in getattr(self, "learners", {}).items():
            if self.is_asked(name):
                assert learner.query().ids == self.open_items(name)


ENOUGH = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestAlone = pytest.mark.timeout(900)(Alone.TestCase)  # a failure takes minutes to be made short
TestAlone.settings = ENOUGH
TestTogether = pytest.mark.timeout(900)(Together.TestCase)
TestTogether.settings = ENOUGH
