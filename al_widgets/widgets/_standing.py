"""How the stream of a learner stands now, for all that say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from al_widgets.streams import Stream
from al_widgets.widgets._flowing import flow_of, stream_of
from al_widgets.widgets._stream_view import Standing

if TYPE_CHECKING:
    from al_widgets.learner import ActiveLearner
    from al_widgets.state import State


def stream_in(state: State, learner: ActiveLearner) -> Stream:
    """Return what is known of a learner's stream; of a new one nothing."""
    return state.streams.get(flow_of(learner).key or state.newest_stream) or Stream()


def n_open(state: State, stream: Stream, annotator: str) -> int:
    """Return how many items await an answer that costs one, or will be asked about next."""
    items = {
        item
        for asked in state.open_queries(annotator)
        for item in state.unanswered(asked)
        if state.costs(item, annotator)
    }
    return len(items.union(each.item for each in stream.waiting))


def standing_of(learner: ActiveLearner, silence: float = 0.0) -> Standing:
    """Return how the stream stands; `silence` is seconds since its last item."""
    flow, sampling, total = flow_of(learner), stream_of(learner), learner.budget.total
    with learner.log.known() as state:
        stream = stream_in(state, learner)
        position, left = stream.position, total - state.spent.total()
        opened = n_open(state, stream, learner.annotator)
    if sampling is None:
        return Standing(position=position, n_open=opened, left=left)
    return Standing(
        position=position,
        n_open=opened,
        left=left,
        is_paused=sampling.is_paused and not sampling.is_flowing,
        is_ended=sampling.is_ended,
        is_sought=flow.is_sought,
        silence=silence,
        failure=flow.failure,
    )
