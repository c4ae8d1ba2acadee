"""Answers that come back for review, and samples that are audited, as the fold sees them."""

from __future__ import annotations

import pytest
from test_state import Story

from al_widgets.events import REVIEW


@pytest.fixture
def story():
    """Three answers of mine: to what was asked, and one to what was not."""
    story = Story()
    story.ask("1", "2")
    story.label("1", "a")
    story.label("2", "b")
    story.label("3", "a")
    return story


def opened(story, by="me", **how):
    return [asked.items for asked in story.state.open_queries(by, **how)]


class TestReview:
    def test_an_answered_item_is_open_again(self, story):
        review = story.review("1", "3")
        assert opened(story) == [("1", "3")]
        assert story.state.unanswered(review) == ["1", "3"]
        assert story.state.is_under_review("1", "me")
        assert story.state.labels["1"] == "a", "its answer counts all the while"

    def test_the_same_label_again_keeps_it(self, story):
        review = story.review("1", "3")
        story.label("1", "a")
        assert story.state.unanswered(review) == ["3"]
        assert not story.state.is_under_review("1", "me")
        assert story.state.spent["me"] == 3

    @pytest.mark.parametrize("change", ["label", "skip"])
    def test_another_word_changes_it(self, story, change):
        story.review("1")
        story.label("1", "b") if change == "label" else story.skip("1")
        assert opened(story) == []
        assert story.state.labels.get("1") == ("b" if change == "label" else None)

    def test_undo_of_a_keep_brings_it_back(self, story):
        story.review("1", "3")
        keep = story.label("1", "a")
        story.label("3", "a")
        assert opened(story) == []
        undo = story.retract(keep)
        assert opened(story) == [("1", "3")]
        assert story.state.labels["1"] == "a"
        story.retract(undo)
        assert opened(story) == []

    def test_undo_of_the_answer_itself_opens_what_asked_for_it_first_as_well(self, story):
        story.review("3", "1")
        story.label("3")
        first = next(e for e in story.log if getattr(e, "item", "") == "1")
        story.retract(first)
        assert opened(story) == [("3", "1"), ("1", "2")]
        story.label("1", "c")
        assert opened(story) == []

    def test_a_second_review_asks_once_more(self, story):
        story.review("1")
        keep = story.label("1", "a")
        story.review("1")
        assert opened(story) == [("1",)]
        again = story.label("1", "a")
        assert opened(story) == []
        story.retract(keep)
        assert opened(story) == [], "a later word answers both"
        story.retract(again)
        assert len(opened(story)) == 2

    def test_it_comes_before_what_was_chosen_and_the_newest_first(self, story):
        story.ask("7", "8")
        story.review("1")
        story.ask("9", strategy="picked")
        story.ask("5", strategy="audit")
        assert opened(story) == [("5",), ("9",), ("1",), ("7", "8")]

    def test_it_is_a_matter_of_the_annotator_who_reviews(self, story):
        story.review("1", by="bob")
        assert opened(story) == []
        story.label("1", "a", by="me")
        story.label("1", "b", by="eve")
        assert opened(story, "bob") == [("1",)]
        story.label("1", "a", by="bob")
        assert opened(story, "bob") == []

    def test_only_what_costs_nothing_can_be_answered_when_the_budget_is_spent(self, story):
        story.label("4", "a", by="bob")
        story.label_many("5", "6", label="a")
        story.review("4", "5")
        mixed = story.review("5", "1")
        assert opened(story, free=True) == [("5", "1")]
        assert story.state.unanswered(mixed, free=True) == ["1"]

    def test_the_answer_belongs_to_the_review_while_it_is_open(self, story):
        review = story.review("1", "3")
        assert story.state.asked("1", "me") is review
        story.label("1", "a")
        assert story.state.asked("1", "me").strategy == "margin"

    def test_it_is_known_what_was_reviewed_since_it_was_answered(self, story):
        def keep(strategy):
            story._tell(type(story.log[1]), item="1", label="a", strategy=strategy)
            return story.state.is_reviewed("1")

        assert not story.state.is_reviewed("1")
        assert keep(REVIEW)
        assert not keep(None), "a later label is a new answer"

    def test_a_log_that_is_read_again_says_the_same(self, story):
        story.ask("7", "8")
        story.review("1", "3")
        story.retract(story.label("1", "a"))
        story.label("3", "b")
        again = story.again()
        assert [asked.items for asked in again.open_queries("me")] == opened(story)
        assert again.is_under_review("1", "me")
        assert not again.is_under_review("3", "me")

    def test_training_is_due_after_a_review_that_was_completed(self, story):
        story.fit()
        assert not story.state.is_training_due("me")
        story.review("1")
        assert not story.state.is_training_due("me")
        story.label("1", "c")
        assert story.state.is_training_due("me")
        story.fit()
        assert not story.state.is_training_due("me")


class TestAudit:
    def test_it_is_remembered_with_what_was_propagated(self, story):
        audited = story.audit("7", "8")
        assert story.state.audits == [audited]
        assert story.state.is_audited("7")
        assert not story.state.is_audited("1")

    def test_only_what_somebody_looked_at_checks_a_label(self, story):
        story.audit("7", "8", "9")
        story.label("7", "b")
        story.label_many("8", label="b")
        story.skip("9")
        assert story.state.seen_labels(["7", "8", "9"]) == {"7": "b"}
