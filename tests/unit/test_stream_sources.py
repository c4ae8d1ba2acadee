"""The sources of streams: whatever comes, in order, each item once, numbered."""

from __future__ import annotations

import asyncio
import gc
import io
import itertools
import queue
import sys
import threading
import time
import weakref

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from unit_parts import refused

from al_widgets.exceptions import InvalidInput, StreamFailed, StreamItemInvalid
from al_widgets.sampling._source import Source

N = 12
X = np.random.default_rng(0).integers(-99, 99, (N, 3)) / 8
TEXTS = [f"text {i}" for i in range(N)]
FRAME = pd.DataFrame(X, columns=["a", "b", "c"]).assign(
    text=TEXTS, name=[f"name {i}" for i in range(N)]
)
FOREVER = 20.0  # seconds; no test waits that long


def pairs(n=N):
    return [(X[i], TEXTS[i]) for i in range(n)]


async def awaited(items, seconds=0.0):
    for item in items:
        await asyncio.sleep(seconds)
        yield item


def queued(items, *, ends=True):
    values = queue.Queue()
    for item in [*items, None] if ends else items:
        values.put(item)
    return values


def in_chunks():
    return pd.read_csv(io.StringIO(FRAME.to_csv(index=False)), chunksize=5)


class Iterable:
    """Can be iterated again and again; raises at item `breaks`, the first `times` times."""

    def __init__(self, items, breaks=-1, times=0):
        self.items, self.breaks, self.times, self.n_begun = items, breaks, times, 0

    def __iter__(self):
        self.n_begun += 1
        for i, item in enumerate(self.items):
            if i == self.breaks and self.times > 0:
                self.times -= 1
                raise OSError("the line is dead")
            yield item


class Indexed:
    """Knows its length and gives items by position, and no more."""

    def __len__(self):
        return N

    def __getitem__(self, position):
        return pairs()[position]


def everything(source, size=5):
    """All items that are left, taken `size` at a time."""
    items = []
    while not source.ended:
        items += source.take(size, FOREVER)
    return items


def as_plain(items):
    """Items as what can be compared."""
    return [(item.number, item.id, as_row(item.features), _shown(item.content)) for item in items]


def as_row(features):
    dense = features.toarray() if hasattr(features, "toarray") else features
    return np.asarray(dense).ravel().tolist()


def _shown(content):
    return content["text"] if hasattr(content, "keys") else content


KINDS = {
    "list": pairs,
    "tuple": lambda: tuple(pairs()),
    "generator": lambda: (pair for pair in pairs()),
    "iterator": lambda: iter(pairs()),
    "iterable": lambda: Iterable(pairs()),
    "zip": lambda: zip(X, TEXTS, strict=True),
    "indexed": Indexed,
    "lists of numbers": lambda: [(row.tolist(), text) for row, text in pairs()],
    "columns": lambda: (X, TEXTS),
    "queue": lambda: queued(pairs()),
    "async": lambda: awaited(pairs()),
    "frame": lambda: FRAME[["a", "b", "c", "text"]],
    "frames": lambda: [FRAME[:5], FRAME[5:5], FRAME[5:]],
    "csv in chunks": in_chunks,
    "frames, async": lambda: awaited([FRAME[:5], FRAME[5:]]),
}
every_kind = pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)


class TestEveryKind:
    @every_kind
    def test_all_items_come_in_order_with_their_numbers(self, make):
        source = Source(make())
        items = everything(source)
        assert [item.number for item in items] == list(range(N))
        assert [item.id for item in items] == [f"s{i}" for i in range(N)]
        assert [as_row(item.features) for item in items] == X.tolist()
        assert [_shown(item.content) for item in items] == TEXTS
        source.close()

    @every_kind
    def test_a_look_at_the_first_item_loses_nothing(self, make):
        source = Source(make())
        assert source.key == source.key
        assert len(everything(source)) == N

    @every_kind
    def test_the_key_is_the_same_in_another_session(self, make):
        source = Source(make())
        source.take(3, FOREVER)
        assert source.key == Source(make()).key

    @every_kind
    def test_it_goes_on_after_those_that_are_skipped(self, make):
        source = Source(make())
        source.skip(7)
        items = everything(source)
        if source.replays:
            assert as_plain(items) == as_plain(everything(Source(make())))[7:]
        else:
            assert [item.number for item in items] == list(range(7, 7 + N))

    @every_kind
    def test_after_the_end_there_is_nothing(self, make):
        source = Source(make())
        everything(source)
        assert len(source.take(5, 0)) == 0
        assert source.ended
        assert source.failure is None

    @settings(deadline=None, max_examples=60)
    @given(
        kind=st.sampled_from(sorted(KINDS)),
        sizes=st.lists(st.integers(1, 6), min_size=1),
        skipped=st.integers(0, N + 2),
        looks=st.booleans(),
    )
    def test_in_whatever_sizes_they_are_taken_the_same_items_come(
        self, kind, sizes, skipped, looks
    ):
        source, items = Source(KINDS[kind]()), []
        if looks:
            assert source.key
        source.skip(skipped if source.replays else 0)
        for size in itertools.cycle(sizes):
            taken = source.take(size, FOREVER)
            assert len(taken) <= size
            items += taken
            if source.ended:
                break
        whole = as_plain(everything(Source(KINDS[kind]()), size=N))
        assert as_plain(items) == (whole[skipped:] if source.replays else whole)
        source.close()


class TestItems:
    def test_features_alone_are_an_item(self):
        [item, _] = Source([[1, 2], [3, 4]]).take(2, 1)
        assert item.features.tolist() == [1, 2]
        assert item.content is None

    def test_a_tuple_of_numbers_is_features_alone(self):
        assert Source([(1.0, 2.0)]).take(1, 1).features.tolist() == [[1, 2]]

    def test_an_item_may_have_an_id(self):
        taken = Source([(X[0], "a", 7), (X[1], "b", "x")]).take(2, 1)
        assert list(taken.ids) == ["7", "x"]

    def test_where_some_have_no_id_it_is_their_number(self):
        taken = Source([(X[0], "a", "x"), (X[1], "b")]).take(2, 1)
        assert list(taken.ids) == ["x", "s1"]

    def test_where_none_has_an_id_none_is_kept(self):
        assert Source(pairs()).take(5, 1).ids is None

    def test_the_rows_of_a_matrix_are_items(self):
        taken = Source(X).take(4, 1)
        assert np.shares_memory(taken.features, X)
        assert taken.contents == [None] * 4

    def test_pictures_are_features_and_content(self):
        pictures = np.random.default_rng(0).integers(0, 256, (4, 5, 6)).astype(np.uint8)
        for stream in (pictures, list(pictures), iter(pictures)):
            taken = Source(stream).take(4, 1)
            assert taken.features.shape == (4, 30)
            assert (taken[2].content == pictures[2]).all()

    @pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16, np.uint8, np.bool_])
    def test_features_become_floats_and_keep_their_values(self, dtype):
        rows = (100 * X).astype(dtype)
        taken = Source([(row, "") for row in rows]).take(N, 1)
        assert taken.features.dtype == (np.float32 if dtype is np.float32 else np.float64)
        assert (taken.features == rows).all()

    @pytest.mark.parametrize("kind", [sparse.csr_array, sparse.coo_matrix, sparse.csc_array])
    def test_sparse_rows_stay_sparse(self, kind):
        rows = np.where(X > 0, X, 0)
        source = Source((kind(row[None]), "text") for row in rows)
        taken = source.take(N, 1)
        assert sparse.issparse(taken.features)
        assert (taken.features.toarray() == rows).all()
        assert taken[3].features.shape == (1, 3)

    def test_a_sparse_matrix_is_read_by_rows(self):
        taken = Source((sparse.coo_array(X), TEXTS, FRAME["name"])).take(4, 1)
        assert (taken.features.toarray() == X[:4]).all()
        assert taken[3].id == "name 3"

    def test_what_can_become_an_array_is_features_and_no_other_library_is_needed(self):
        class Tensor:
            def __array__(self, dtype=None, copy=None):
                return np.array([1.0, 2.0], dtype=dtype)

        assert Source([(Tensor(), "text")]).take(1, 1).features.tolist() == [[1, 2]]
        assert "torch" not in sys.modules

    def test_a_part_of_what_was_taken_is_as_if_it_was_taken_alone(self):
        taken = Source([(X[i], TEXTS[i], f"n{i}") for i in range(N)]).take(N, 1)
        part = taken[3:8]
        assert part.start == 3
        assert as_plain(part) == as_plain(taken)[3:8]
        assert as_plain(part[4:][:2]) == as_plain(taken)[7:8]

    def test_it_does_not_care_about_ids_that_repeat(self):
        assert list(Source([(X[0], "", "x"), (X[1], "", "x")]).take(2, 1).ids) == ["x", "x"]


class TestFrames:
    def test_the_model_sees_the_numbers_and_a_person_the_row(self):
        taken = Source(FRAME, ids="name").take(5, 1)
        assert (taken.features == X[:5]).all()
        assert taken[2].content["text"] == "text 2"
        assert taken[2].id == "name 2"

    def test_columns_can_be_named(self):
        taken = Source(FRAME, features=["c", "a"], content="text").take(5, 1)
        assert (taken.features == X[:5, [2, 0]]).all()
        assert taken[2].content == "text 2"

    def test_a_function_makes_the_features(self):
        source = Source(in_chunks(), features=lambda frame: frame[["a"]].to_numpy() * 2)
        assert source.take(N, FOREVER).features.shape == (N, 1)

    def test_an_id_that_is_a_number_is_no_feature(self):
        frame = pd.DataFrame({"id": range(3), "x": [0.5, 1.5, 2.5]})
        taken = Source(frame, ids="id").take(3, 1)
        assert taken.features.ravel().tolist() == [0.5, 1.5, 2.5]
        assert list(taken.ids) == ["0", "1", "2"]

    def test_a_column_that_is_not_there_is_refused(self):
        with refused(InvalidInput, "columns must be in each frame", "['age']", "features="):
            Source(FRAME, features=["age"])

    def test_a_column_that_is_missing_later_is_told_after_what_came_before(self):
        source = Source([FRAME[:3], FRAME[["text"]]])
        assert len(source.take(N, 1)) == 3
        with refused(InvalidInput, "columns must be in each frame", "'a'", "features="):
            source.take(N, 1)

    def test_a_frame_without_numbers_needs_a_function(self):
        with refused(InvalidInput, "must be numbers for the model", "text", "Pass features="):
            Source(FRAME[["text"]])

    def test_a_function_that_makes_no_matrix_is_told(self):
        source = Source(FRAME, features=lambda frame: frame["text"])
        with refused(InvalidInput, "features= must return a matrix", "(12,)", "Mend"):
            source.take(N, 1)

    def test_only_the_row_with_a_word_among_the_numbers_is_invalid(self):
        frame = FRAME.astype({"a": object})
        frame.loc[2, "a"] = "oops"
        taken = Source([FRAME[:2], frame[2:]], invalid="pass").take(N, 1)
        assert list(taken.invalid) == [2]
        assert (taken.features[3:] == X[3:]).all()

    def test_a_row_without_an_id_is_invalid(self):
        frame = FRAME.assign(name=["x", None, *FRAME["name"][2:]])
        taken = Source(frame, ids="name", invalid="pass").take(N, 1)
        assert taken.invalid == {1: "no id"}

    def test_options_for_frames_are_refused_elsewhere(self):
        with refused(InvalidInput, "features= and ids= is for", "items", "Leave it out"):
            Source(X, features=["a"], ids="name")
        with refused(InvalidInput, "ids= is for", "items", "Leave it out"):
            Source(pairs(), ids="name").take(1, 1)

    def test_what_is_no_frame_between_frames_fails(self):
        source = Source([FRAME[:2], X[0], FRAME[2:]])
        assert len(source.take(N, 1)) == 2
        with refused(StreamFailed, "without an error", "ndarray between DataFrames", "take again"):
            source.take(N, 1)
        assert len(source.take(N, 1)) == N - 2


class TestWhatIsNoStream:
    @pytest.mark.parametrize(
        "stream",
        ["text", b"bytes", {"a": 1}, 7, None, 1.5, np.float64(1), np.arange(3.0), lambda: pairs],
        ids=repr,
    )
    def test_it_is_refused(self, stream):
        with refused(InvalidInput, "a stream is an iterable", type(stream).__name__, "generator"):
            Source(stream)

    def test_two_matrices_of_one_shape_are_ambiguous(self):
        with refused(InvalidInput, "a tuple as a stream", "2 arrays", "Pass a list"):
            Source((X, X))

    def test_columns_of_different_length_are_refused(self):
        with refused(InvalidInput, "an entry for each row", "2 entries, 12 rows", "same order"):
            Source((X, TEXTS[:2]))

    def test_invalid_is_one_of_two(self):
        with refused(InvalidInput, 'invalid must be "raise" or "pass"', "'skip'", "Pass one"):
            Source(X, invalid="skip")

    def test_making_it_does_not_wait_for_an_item(self):
        def slow():
            raise AssertionError
            yield

        Source(slow())
        Source(queue.Queue())

    def test_it_does_not_go_back(self):
        source = Source(pairs())
        source.take(5, 1)
        with refused(InvalidInput, "goes forward only", "skip(2) at item 5", "anew"):
            source.skip(2)


BAD = {
    "NaN": (np.array([0.0, np.nan, 1]), "NaN or infinity"),
    "infinity": ([0.0, np.inf, 1], "NaN or infinity"),
    "too long": (np.arange(4.0), "4 features where 3 are wanted"),
    "too short": ([0.0], "1 features where 3 are wanted"),
    "empty": ([], "features of shape (0,)"),
    "words": (np.array(["a", "b", "c"]), "features of type ndarray"),
    "digits in words": (["1", "2", "3"], "features of type list"),
    "a word": ("abc", "features of type str"),
    "a mapping": ({"a": 1}, "features of type dict"),
    "None": (None, "features of type NoneType"),
    "a number": (7, "features of shape ()"),
    "ragged": ([[1, 2], [3]], "no array"),
    "a hole": ([1, None, 3], "features of type list"),
    "complex": (np.array([1j, 1, 1]), "features of type ndarray"),
    "dates": (np.array(["2020-01-01"] * 3, "M8[D]"), "features of type ndarray"),
    "sparse, two rows": (sparse.csr_array(np.eye(3)[:2]), "features of shape (2, 3)"),
    "sparse, NaN": (sparse.csr_array([[0, np.nan, 1]]), "NaN or infinity"),
}


class TestInvalidItems:
    @pytest.mark.parametrize(("features", "why"), BAD.values(), ids=BAD)
    def test_what_came_before_is_taken_and_then_it_is_told(self, features, why):
        source = Source(iter([*pairs(3), (features, "bad"), *pairs(2)]))
        assert len(source.take(N, 1)) == 3
        for _ in range(2):
            with refused(StreamItemInvalid, "row of finite numbers", why, 'invalid="pass"') as info:
                source.take(N, 1)
            assert info.value.number == 3
        source.invalid = "pass"
        taken = source.take(N, 1)
        assert list(taken.invalid) == [0]
        assert as_row(taken.features[0]) == [0, 0, 0]
        assert [item.number for item in taken] == [3, 4, 5]
        assert taken[0].content == "bad"

    @pytest.mark.parametrize(("features", "why"), BAD.values(), ids=BAD)
    def test_they_can_be_passed_over(self, features, why):
        source = Source([*pairs(2), (features, "bad"), *pairs(2)], invalid="pass")
        taken = source.take(N, 1)
        assert list(taken.invalid) == [2]
        assert why in taken.invalid[2]
        assert as_row(taken.features[4]) == X[1].tolist()
        assert taken[2:4].invalid.keys() == {0}

    def test_the_first_valid_item_tells_how_many_features_there_are(self):
        source = Source([("words", ""), ([np.nan], ""), *pairs()], invalid="pass")
        [*_] = source.take(1, 1), source.take(1, 1)
        taken = source.take(N, 1)
        assert source.n_features == 1
        assert len(taken.invalid) == N

    def test_the_length_can_be_given(self):
        source = Source(pairs(), n_features=7)
        with refused(StreamItemInvalid, "as many as", "3 features where 7 are wanted", "Mend"):
            source.take(N, 1)
        source.n_features = 3
        assert len(source.take(N, 1)) == N

    def test_in_a_matrix_each_is_found(self):
        broken = X.copy()
        broken[[2, 5], 1] = np.nan
        for stream in (broken, sparse.csr_array(broken)):
            assert list(Source(stream, invalid="pass").take(N, 1).invalid) == [2, 5]
            assert len(Source(stream).take(N, 1)) == 2

    def test_an_item_that_no_one_can_read_leaves_its_matrix_as_it_was(self):
        broken = np.full((2, 3), np.nan)
        Source(broken, invalid="pass").take(N, 1)
        assert np.isnan(broken).all()

    @settings(deadline=None)
    @given(bad=st.sets(st.integers(0, N - 1)), sizes=st.lists(st.integers(1, 6), min_size=1))
    def test_in_whatever_sizes_they_are_taken_the_same_are_invalid(self, bad, sizes):
        items = [(None if i in bad else X[i], TEXTS[i]) for i in range(N)]
        source, found, rows = Source(items, invalid="pass", n_features=3), set(), []
        for size in itertools.cycle(sizes):
            taken = source.take(size, FOREVER)
            found |= {taken.start + offset for offset in taken.invalid}
            rows += [as_row(item.features) for item in taken]
            if source.ended:
                break
        assert found == bad
        assert rows == [[0, 0, 0] if i in bad else X[i].tolist() for i in range(N)]


class TestFailures:
    def test_what_came_before_is_taken_and_then_it_is_told(self):
        def stream():
            yield from pairs(4)
            raise OSError("the line is dead")

        source = Source(stream())
        assert len(source.take(N, FOREVER)) == 4
        assert isinstance(source.failure, OSError)
        for _ in range(2):
            with refused(
                StreamFailed, "without an error", "OSError: the line is dead at item 4", "anew"
            ) as info:
                source.take(N, FOREVER)
            assert info.value.number == 4
            assert isinstance(info.value.__cause__, OSError)
        assert not source.ended

    def test_what_can_be_iterated_again_goes_on(self):
        stream = Iterable(pairs(), breaks=4, times=2)
        source = Source(stream)
        items = list(source.take(N, FOREVER))
        for _ in range(2):
            with refused(StreamFailed, "without an error", "at item 4", "take again"):
                source.take(N, FOREVER)
        items += everything(source)
        assert [item.number for item in items] == list(range(N))
        assert stream.n_begun == 3
        assert source.failure is None

    def test_an_iterator_that_is_no_generator_is_asked_again(self):
        class Flaky:
            n = 0

            def __iter__(self):
                return self

            def __next__(self):
                self.n += 1
                if self.n == 3:
                    raise TimeoutError("no answer")
                return X[0]

        source = Source(Flaky())
        assert len(source.take(N, FOREVER)) == 2
        with refused(StreamFailed, "without an error", "no answer at item 2", "take again"):
            source.take(N, FOREVER)
        assert source.take(1, FOREVER).start == 2

    def test_an_asynchronous_stream_that_fails_is_told_too(self):
        async def stream():
            for pair in pairs(4):
                yield pair
            raise OSError("the line is dead")

        source = Source(stream())
        assert len(source.take(N, FOREVER)) == 4
        with refused(StreamFailed, "without an error", "the line is dead at item 4", "anew"):
            source.take(N, FOREVER)
        assert not source.ended

    def test_a_queue_that_fails_is_told_too_and_asked_again(self):
        class Broken(queue.Queue):
            def get(self, block=True, timeout=None):  # noqa: FBT002
                if self.qsize() == 2 and not hasattr(self, "told"):
                    self.told = True
                    raise ConnectionError("gone")
                return super().get(block, timeout)

        values = Broken()
        for pair in [*pairs(3), None]:
            values.put(pair)
        source = Source(values)
        assert len(source.take(N, FOREVER)) == 2
        with refused(StreamFailed, "without an error", "gone at item 2", "take again"):
            source.take(N, FOREVER)
        assert len(source.take(N, FOREVER)) == 1

    def test_a_stream_that_fails_while_it_is_skipped_is_told(self):
        source = Source(Iterable(pairs(), breaks=4, times=1))
        source.skip(8)
        with refused(StreamFailed, "without an error", "at item 4", "take again"):
            source.take(N, FOREVER)
        assert [item.number for item in everything(source)] == [8, 9, 10, 11]

    def test_a_stream_that_fails_at_once_has_no_key(self):
        with refused(StreamFailed, "without an error", "at item 0", "take again"):
            _ = Source(Iterable(pairs(), breaks=0, times=1)).key

    def test_an_interrupt_loses_nothing(self):
        class Interrupted:
            n = -1

            def __iter__(self):
                return self

            def __next__(self):
                self.n += 1
                if self.n == 5:
                    raise KeyboardInterrupt
                if self.n > N:
                    raise StopIteration
                return pairs()[self.n - (self.n > 5)]

        source = Source(Interrupted())
        with pytest.raises(KeyboardInterrupt):
            source.take(N, FOREVER)
        assert as_plain(everything(source)) == as_plain(everything(Source(pairs())))


class TestPatience:
    def test_a_slow_iterator_gives_what_it_has(self):
        def slow():
            for pair in pairs():
                yield pair
                time.sleep(0.02)

        source = Source(slow())
        assert 1 <= len(source.take(N, 0.05)) < N
        assert len(source.take(1, 0)) == 1  # `next` cannot be interrupted

    def test_an_empty_queue_gives_nothing_in_time(self):
        values = queued([], ends=False)
        source = Source(values)
        assert len(source.take(5, 0.01)) == 0
        assert not source.ended
        threading.Timer(0.05, values.put, [pairs()[0]]).start()
        assert len(source.take(1, FOREVER)) == 1

    def test_a_queue_is_filled_by_another_thread(self):
        values = queue.Queue(maxsize=3)
        thread = threading.Thread(target=lambda: [values.put(x) for x in [*pairs(), None]])
        thread.start()
        assert len(everything(Source(values))) == N
        thread.join()

    def test_other_queues_do_too(self):
        for values in (queue.SimpleQueue(), queue.LifoQueue()):
            values.put(pairs()[0])
            assert len(Source(values).take(5, 0.01)) == 1

    def test_what_an_asynchronous_stream_was_awaited_for_is_not_lost(self):
        source, items = Source(awaited(pairs(), seconds=0.01)), []
        n_empty = 0
        while not source.ended:
            taken = source.take(N, 0.004)
            n_empty += len(taken) == 0
            items += taken
        assert n_empty
        assert as_plain(items) == as_plain(everything(Source(pairs())))

    def test_at_most_one_item_is_read_ahead(self):
        given = []

        async def stream():
            for i in itertools.count():
                given.append(i)
                yield X[0]

        source = Source(stream())
        for n in (1, 4, 9):
            source.take(n, FOREVER)
            time.sleep(0.02)
            assert len(given) <= source.position + 1
        source.close()

    def test_to_skip_a_slow_stream_takes_no_longer_than_patience(self):
        def slow():
            for i in itertools.count():
                time.sleep(0.005)
                yield [float(i)]

        source = Source(slow())
        source.skip(20)
        assert len(source.take(5, 0.02)) == 0
        assert not source.ended
        while not len(taken := source.take(1, 0.02)):
            pass
        assert taken.start == 20
        assert taken.features.tolist() == [[20]]


class TestThreadOfAnAsynchronousStream:
    def running(self):
        return [thread for thread in threading.enumerate() if thread.name == "al-stream"]

    def endless(self, closed):
        async def stream():
            try:
                while True:
                    await asyncio.sleep(0.001)
                    yield X[0]
            finally:
                closed.append(True)

        return stream()

    def test_it_does_not_begin_before_an_item_is_wanted(self):
        before = self.running()
        source = Source(self.endless([]))
        assert source.key == "async"
        assert self.running() == before

    def test_close_ends_it_and_the_stream(self):
        closed = []
        source = Source(self.endless(closed))
        source.take(3, FOREVER)
        source.close()
        assert not self.running()
        assert closed == [True]
        assert len(source.take(3, 0)) == 0
        assert source.ended

    def test_it_ends_with_the_source(self):
        closed = []
        source = Source(self.endless(closed))
        source.take(3, FOREVER)
        seen = weakref.ref(source)
        del source
        gc.collect()
        assert seen() is None
        assert not self.running()
        assert closed == [True]

    def test_it_ends_with_the_stream(self):
        source = Source(awaited(pairs()))
        everything(source)
        for _ in range(200):
            if not self.running():
                return
            time.sleep(0.01)
        pytest.fail("the thread runs on")

    def test_close_while_somebody_waits_ends_the_waiting(self):
        source = Source(awaited(pairs(), seconds=FOREVER))
        threading.Timer(0.05, source.close).start()
        started = time.monotonic()
        assert len(source.take(1, FOREVER)) == 0
        assert time.monotonic() - started < FOREVER / 2


class TestNames:
    def test_a_name_that_is_given_is_the_key(self):
        def slow():
            raise AssertionError
            yield

        assert Source(slow(), name="mails").key == "mails"

    def test_another_first_item_is_another_stream(self):
        keys = {
            Source([(X[0], "a")]).key,
            Source([(X[1], "a")]).key,
            Source([(X[0], "b")]).key,
            Source([(X[0], "a", "x")]).key,
            Source(["words"]).key,
            Source([]).key,
        }
        assert len(keys) == 6

    def test_it_is_looked_at_in_passing(self):
        source = Source(Iterable(pairs()))
        source.skip(3)
        source.take(2, FOREVER)
        assert source.key == Source(pairs()).key

    def test_an_empty_stream_has_ended(self):
        source = Source(iter([]))
        assert source.key == "empty"
        assert len(source.take(5, 1)) == 0
        assert source.ended
