"""Items that were made, in the fold: whose label stands, and since when."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from al_widgets.events import (
    Labeled,
    Retracted,
    Skipped,
    SynthesisSet,
    Synthesized,
)
from al_widgets.state import State


def fold(*events) -> State:
    state = State()
    for position, event in enumerate(events, 1):
        state.apply(position, event)
    return state


def label(item, name, **rest):
    return Labeled(annotator="me", item=item, label=name, **rest)


def made(item, parents, name, *, held="", shares=None, spends=False):
    return Synthesized(
        annotator="me",
        items=(item,),
        features={},
        contents=(None,),
        parents=(parents,),
        labels=(name,),
        shares=(shares,),
        recipes=("nudged",),
        held=(held,),
        spends=spends,
    )


def test_an_inherited_label_trains_and_is_no_answer():
    state = fold(label("7", "cat"), made("syn1", ("7",), "cat"))
    assert state.training_labels() == {"7": "cat", "syn1": "cat"}
    assert state.labels == {"7": "cat"}
    assert state.spent["me"] == 1


def test_an_inherited_label_falls_with_its_parents():
    first = label("7", "cat")
    events = [first, made("syn1", ("7",), "cat")]
    assert "syn1" not in fold(*events, label("7", "dog")).training_labels()
    assert "syn1" not in fold(*events, Skipped(annotator="me", item="7")).training_labels()
    undone = Retracted(annotator="me", target=first.id)
    assert "syn1" not in fold(*events, undone).training_labels()
    redone = Retracted(annotator="me", target=undone.id)
    assert fold(*events, undone, redone).training_labels()["syn1"] == "cat"


def test_what_two_parents_made_needs_both():
    events = [label("7", "cat"), label("8", "cat"), made("syn1", ("7", "8"), "cat")]
    assert "syn1" in fold(*events).training_labels()
    assert "syn1" not in fold(*events, label("8", "dog")).training_labels()


def test_a_mix_of_two_classes_stands_while_its_parents_are_of_these():
    shares = {"cat": 0.7, "dog": 0.3}
    events = [
        label("7", "cat"),
        label("8", "dog"),
        made("syn1", ("7", "8"), "cat", shares=shares),
    ]
    assert fold(*events).soft_labels() == {"syn1": shares}
    assert fold(*events, label("8", "cat")).soft_labels() == {}
    said = fold(*events, label("syn1", "dog", source="synthetic"))
    assert said.training_labels()["syn1"] == "dog"
    assert said.soft_labels() == {}


def test_a_person_s_word_takes_the_place_of_an_inherited_label():
    events = [label("7", "cat"), made("syn1", ("7",), "cat")]
    said = fold(*events, label("syn1", "dog", source="synthetic"), label("7", "dog"))
    assert said.training_labels()["syn1"] == "dog"
    rejected = fold(*events, Skipped(annotator="me", item="syn1"))
    assert "syn1" not in rejected.training_labels()


def test_what_is_held_back_does_not_train_before_a_person_labels_it():
    events = [label("7", "cat"), made("syn1", ("7",), "cat", held="too far")]
    assert "syn1" not in fold(*events).training_labels()
    assert "syn1" in fold(*events, label("syn1", "cat")).training_labels()


def test_while_the_switch_is_off_nothing_that_was_made_trains():
    events = [label("7", "cat"), made("syn1", ("7",), "cat"), label("syn1", "cat")]
    off = SynthesisSet(annotator="me", on=False, reason="it did harm")
    assert fold(*events, off).training_labels() == {"7": "cat"}
    assert fold(*events, off).synthetic.reason == "it did harm"
    on = SynthesisSet(annotator="me", on=True)
    assert "syn1" in fold(*events, off, on).training_labels()


def test_a_label_of_what_was_made_costs_an_answer_only_where_that_is_wanted():
    free = fold(label("7", "cat"), made("syn1", ("7",), None))
    assert not free.costs("syn1", "me")
    free.apply(3, label("syn1", "cat"))
    assert free.spent["me"] == 1
    paid = fold(label("7", "cat"), made("syn1", ("7",), None, spends=True))
    assert paid.costs("syn1", "me")
    paid.apply(3, label("syn1", "cat"))
    assert paid.spent["me"] == 2


def test_what_was_made_is_never_chosen_by_a_sampling():
    assert "syn1" in fold(label("7", "cat"), made("syn1", ("7",), "cat")).unavailable()


def test_an_item_is_made_once_however_often_the_log_says_so():
    state = fold(label("7", "cat"), made("syn1", ("7",), "cat"), made("syn1", ("7",), "dog"))
    assert state.training_labels()["syn1"] == "cat"


ITEMS = st.sampled_from(["a", "b", "c"])
NAMES = st.sampled_from(["cat", "dog"])
ACTS = st.one_of(
    st.tuples(st.just("label"), ITEMS, NAMES),
    st.tuples(st.just("skip"), ITEMS),
    st.tuples(st.just("make"), st.lists(ITEMS, min_size=1, max_size=2, unique=True), NAMES),
    st.tuples(st.just("say"), st.integers(0, 5), st.sampled_from(["cat", "dog", None])),
    st.tuples(st.just("switch"), st.booleans()),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
)


def _event(state: State, act):  # noqa: PLR0911
    match act:
        case ("label", item, name):
            return label(item, name)
        case ("skip", item):
            return Skipped(annotator="me", item=item)
        case ("make", parents, name):
            return made(f"syn{len(state.synthetic)}", tuple(parents), name)
        case ("say", number, name):
            item = f"syn{number}"
            return label(item, name) if name else Skipped(annotator="me", item=item)
        case ("switch", on):
            return SynthesisSet(annotator="me", on=on)
        case ("undo",):
            last = state.undoable("me")
            return Retracted(annotator="me", target=last[0].id) if last else None
        case ("redo",):
            last = state.redoable("me")
            return Retracted(annotator="me", target=last[0][0].id) if last else None


@given(st.lists(ACTS, max_size=25))
def test_the_past_is_what_it_was(acts):
    state, then = State(), {}
    position = 0
    for act in acts:
        if act[0] == "say" and f"syn{act[1]}" not in state.synthetic:
            continue
        if (event := _event(state, act)) is not None:
            position += 1
            state.apply(position, event)
            then[position] = state.training_labels(), state.training_labels(made=False)
    for position, (labels, answers) in then.items():
        assert state.training_labels(position) == labels
        assert state.training_labels(position, made=False) == answers


@given(st.lists(ACTS, max_size=25))
def test_what_was_made_trains_only_with_a_label_that_its_parents_or_a_person_gave(acts):
    state = State()
    for position, act in enumerate(acts, 1):
        if act[0] == "say" and f"syn{act[1]}" not in state.synthetic:
            continue
        if (event := _event(state, act)) is not None:
            state.apply(position, event)
    labels = state.training_labels()
    for each in state.synthetic:
        if each.item in labels and each.item not in state.labels:
            assert {labels[parent] for parent in each.parents} == {labels[each.item]}
