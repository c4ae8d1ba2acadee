"""A file with problems is refused as a whole, and all of its problems are told."""

from __future__ import annotations

import pickle
from collections import Counter

import pytest
from unit_parts import events, refused

from al_widgets.exceptions import ImportRefused, InvalidInput

BAD = (
    "1,a,ann,", "99,a,ann,", "2,z,ann,", "98,y,ann,", "3,a,ann,x", "1,b,ann,", "4,b,bob,",
    "4,b,bob,", "5,b,me,", "6,a,ann,2.5,7", "7,a,ann,-1",
)  # fmt: skip


def refusal(learner, take_in):
    learner.label("5", "a")
    with pytest.raises(ImportRefused) as caught:
        take_in(learner, *BAD, header="item,label,annotator,seconds")
    return caught.value


def test_all_that_is_wrong_is_listed(learner, take_in):
    error = refusal(learner, take_in)
    assert Counter(problem.kind for problem in error.problems) == {
        "unknown item": 2,
        "unknown class": 2,
        "unreadable row": 3,
        "conflict": 2,
        "repeated row": 1,
    }
    for part in (
        "10 problems in labels.csv",
        "2 unknown items (row 3: '99'; row 5: '98')",
        "2 unknown classes (row 4: 'z'; row 5: 'y')",
        "row 6: its seconds is no number: 'x'",
        "row 11: it has 5 cells, the header 4",
        "row 12: its seconds is below 0",
        "row 7: '1' by 'ann' is 'b', but 'a' in row 2",
        "row 10: '5' by 'me' is 'b', but 'a' in the log",
        "1 repeated row (row 9: '4' by 'bob' stands in row 8 too)",
    ):
        assert part in error.got
    assert "nothing was imported" in error.rule
    assert ".problems" in error.remedy


def test_nothing_is_half_imported(learner, take_in):
    refusal(learner, take_in)
    assert len(events(learner.store)) == 1
    assert learner.labels["item"].tolist() == ["5"]


def test_the_message_shows_ten_of_a_kind_and_the_error_has_all(learner, take_in):
    with pytest.raises(ImportRefused) as caught:
        take_in(learner, *(f"none {i},a" for i in range(25)))
    assert "row 11: 'none 9'; and 15 more" in caught.value.got
    assert len(caught.value.problems) == 25


def test_it_keeps_its_problems_where_it_is_pickled(learner, take_in):
    error = refusal(learner, take_in)
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [("time", "yesterday", "no moment"), ("time", "9999999", "no moment"),
     ("seconds", "inf", "infinite"), ("seconds", "nan", "infinite"),
     ("round", "1.5", "whole"), ("confidence", "87%", "no number")],
)  # fmt: skip
def test_a_value_that_means_nothing(learner, take_in, column, value, words):
    with pytest.raises(ImportRefused, match=words):
        take_in(learner, f"1,a,{value}", header=f"item,label,{column}")


def test_a_file_that_is_not_there(learner, tmp_path):
    with refused(InvalidInput, "something to import", "not there", "Check the path"):
        learner.import_labels(tmp_path / "labels.csv")


def test_a_folder_where_a_file_is_meant(learner, tmp_path):
    with refused(InvalidInput, "'csv' is a file", str(tmp_path), "another format="):
        learner.import_labels(tmp_path, format="csv")


@pytest.mark.parametrize("header", ["id,label", "item;label", "item", "item,label,label", ""])
def test_a_table_without_the_columns(learner, take_in, header):
    with refused(ImportRefused, "readable", "missing or not unique", "item,label"):
        take_in(learner, header=header)


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl", "x.json", "x.parquet"])
def test_a_file_that_is_something_else(learner, tmp_path, name):
    (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    with pytest.raises(ImportRefused) as caught:
        learner.import_labels(tmp_path / name)
    assert len(caught.value.problems) == 1
    assert name in caught.value.rule


def test_a_quote_that_is_never_closed(learner, take_in):
    with refused(ImportRefused, "readable", "unexpected end", "CSV in UTF-8"):
        take_in(learner, '1,"a')


@pytest.mark.parametrize("line", ["[1]", "{", "null", '{"label": "a"}', '{"item": {}}'])
def test_a_line_that_is_no_row(learner, tmp_path, line):
    (tmp_path / "x.jsonl").write_text('{"item": "1", "label": "a"}\n' + line + "\n")
    with pytest.raises(ImportRefused, match=r"1 unreadable row \(line 2"):
        learner.import_labels(tmp_path / "x.jsonl")
    assert events(learner.store) == []
