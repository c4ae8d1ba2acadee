"""A folder of pictures by class: what is in it, what it may replace, and those of others."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from export_parts import pictures, spread
from PIL import Image
from unit_parts import make_learner, make_pool, refused

from al_widgets import ActiveLearner, Pool
from al_widgets.events import Labeled
from al_widgets.exceptions import ImportRefused, InvalidInput


@pytest.fixture
def painted():
    return make_learner(Pool(pictures()))


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def table(folder):
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestWhatIsInIt:
    def test_each_labeled_item_is_in_the_folder_of_its_class(self, painted, tmp_path):
        painted.label("1", "a")
        painted.label("2", "b")
        painted.skip("3")
        painted.export(tmp_path / "labels")
        assert files(tmp_path / "labels") == ["a/1.png", "b/2.png", "labels.csv"]
        assert np.array_equal(Image.open(tmp_path / "labels/a/1.png"), pictures()[1])

    def test_the_table_says_where_each_picture_is(self, painted, tmp_path):
        painted.label("1", "a", seconds=2)
        painted.export(tmp_path / "labels")
        [row] = table(tmp_path / "labels")
        assert (row["item"], row["file"], row["seconds"]) == ("1", "a/1.png", "2")

    def test_a_file_is_copied_byte_for_byte(self, tmp_path):
        paths = []
        for i, pixels in enumerate(pictures()):
            paths.append(tmp_path / f"photo {i}.JPG")
            Image.fromarray(pixels).save(paths[-1], "JPEG")
        learner = make_learner(make_pool(content=paths))
        learner.label("3", "a")
        learner.export(tmp_path / "labels")
        assert (tmp_path / "labels/a/3.JPG").read_bytes() == paths[3].read_bytes()

    def test_pictures_are_in_their_full_size(self, tmp_path):
        large = [Image.new("CMYK", (1000, 10))] * 12
        learner = make_learner(make_pool(content=large))
        learner.label("3", "a")
        learner.export(tmp_path / "labels")
        assert Image.open(tmp_path / "labels/a/3.png").size == (1000, 10)

    def test_an_item_of_several_annotators_is_where_most_of_them_say(self, painted, tmp_path):
        painted.label("1", "a")
        for name in ("ann", "bob"):
            painted.log.record(Labeled(annotator=name, item="1", label="b"))
        painted.export(tmp_path / "labels")
        assert files(tmp_path / "labels") == ["b/1.png", "labels.csv"]
        assert [row["file"] for row in table(tmp_path / "labels")] == ["b/1.png"] * 3

    def test_propagated_items_are_in_it_and_withheld_ones_only_in_the_table(
        self, painted, tmp_path
    ):
        painted.export(tmp_path / "labels", propagation=spread(painted, threshold=0.9))
        assert files(tmp_path / "labels") == ["a/10.png", "a/11.png", "labels.csv"]
        assert len(table(tmp_path / "labels")) == 12

    def test_names_that_are_not_fit_for_files_are_encoded(self, tmp_path):
        ids = ["../../x", "", "CON", "a", "A", *map(str, range(7))]
        classes = ["..", "a/b", "labels.csv", "LABELS.CSV"]
        pool = make_pool(ids=ids, content=pictures())
        learner = ActiveLearner(pool, classes=classes, validation=None)
        for item, label in zip(ids[:5], [*classes, classes[3]], strict=True):
            learner.label(item, label)
        learner.export(tmp_path / "labels")
        inside = [path for path in (tmp_path / "labels").rglob("*") if path.is_file()]
        assert len({str(path).casefold() for path in inside}) == 6
        again = ActiveLearner(pool, classes=classes, validation=None)
        again.import_labels(tmp_path / "labels")
        assert again.labels["label"].tolist() == learner.labels["label"].tolist()

    def test_texts_are_not_pictures(self, learner, tmp_path):
        learner.label("1", "a")
        with refused(InvalidInput, "only pictures", "'1'", "labels.csv"):
            learner.export(tmp_path / "labels")
        assert list(tmp_path.iterdir()) == []

    def test_a_picture_that_is_gone_is_told(self, tmp_path):
        photo = tmp_path / "photo.png"
        Image.fromarray(pictures()[0]).save(photo)
        learner = make_learner(make_pool(content=[photo] * 12))
        learner.label("1", "a")
        photo.unlink()
        with refused(InvalidInput, "must be readable", f"{photo} of the item '1'", "Mend"):
            learner.export(tmp_path / "labels")
        assert list(tmp_path.iterdir()) == []


class TestOverwriting:
    def spoiled(self, painted, path, how):
        painted.label("1", "a")
        painted.export(path)
        if how == "stranger":
            (path / "a" / "mine.txt").touch()
        elif how == "other table":
            (path / "labels.csv").write_text("item,label\n")
        elif how == "no table":
            (path / "labels.csv").unlink()
        elif how == "bytes":
            (path / "labels.csv").write_bytes(b"\xff\xfe")
        elif how == "link":
            (path / "a" / "link").symlink_to(path.parent)
        return sorted(path.rglob("*"))

    @pytest.mark.parametrize(
        ("how", "got"),
        [("stranger", "also holds a/mine.txt"), ("other table", "is another's"),
         ("no table", "has no labels.csv"), ("bytes", "is another's"),
         ("link", "also holds a/link")],
    )  # fmt: skip
    def test_only_a_folder_that_we_wrote_is_replaced(self, painted, tmp_path, how, got):
        before = self.spoiled(painted, tmp_path / "labels", how)
        with refused(InvalidInput, "only a folder that an export wrote", got, "yourself"):
            painted.export(tmp_path / "labels", overwrite=True)
        assert sorted((tmp_path / "labels").rglob("*")) == before

    def test_what_file_managers_leave_behind_does_not_count(self, painted, tmp_path):
        painted.label("1", "a")
        painted.export(tmp_path / "labels")
        (tmp_path / "labels" / ".DS_Store").touch()
        painted.label("1", "b")
        painted.export(tmp_path / "labels", overwrite=True)
        assert files(tmp_path / "labels") == ["b/1.png", "labels.csv"]

    def test_where_the_new_one_cannot_be_moved_the_old_one_stays(
        self, painted, tmp_path, monkeypatch
    ):
        painted.label("1", "a")
        painted.export(tmp_path / "labels")
        rename = Path.rename

        def failing(path, target):
            if path.name.endswith(".part"):
                raise OSError(5, "Input/output error")
            return rename(path, target)

        monkeypatch.setattr(Path, "rename", failing)
        with pytest.raises(OSError, match="Input/output error"):
            painted.export(tmp_path / "labels", overwrite=True)
        assert files(tmp_path / "labels") == ["a/1.png", "labels.csv"]
        assert [path.name for path in tmp_path.iterdir()] == ["labels"]


class TestOfOthers:
    def made(self, tmp_path, *names):
        for name in names:
            (tmp_path / "theirs" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "theirs" / name).touch()
        return tmp_path / "theirs"

    def test_folders_are_classes_and_files_are_items(self, painted, tmp_path):
        folder = self.made(tmp_path, "a/1.png", "a/2.jpg", "b/3", "b/.hidden", "b/Thumbs.db", "x")
        assert painted.import_labels(folder).n_imported == 3
        assert painted.labels[["item", "label"]].to_numpy().tolist() == [
            ["1", "a"], ["2", "a"], ["3", "b"]
        ]  # fmt: skip

    def test_an_item_may_be_named_with_its_ending(self, tmp_path):
        learner = make_learner(make_pool(ids=[f"{i}.png" for i in range(12)]))
        assert learner.import_labels(self.made(tmp_path, "a/1.png")).n_imported == 1

    def test_an_export_that_lost_its_table_is_read_by_its_names(self, tmp_path):
        pool = make_pool(ids=["a/b", "..", *map(str, range(10))], content=pictures())
        learner = ActiveLearner(pool, classes=["x?", "y"], validation=None)
        learner.label("a/b", "x?")
        learner.label("..", "y")
        learner.export(tmp_path / "labels")
        (tmp_path / "labels" / "labels.csv").unlink()
        again = ActiveLearner(pool, classes=["x?", "y"], validation=None)
        again.import_labels(tmp_path / "labels")
        assert sorted(again.labels["item"]) == ["..", "a/b"]

    def test_what_is_wrong_is_told_by_the_path(self, painted, tmp_path):
        folder = self.made(tmp_path, "a/99.png", "z/1.png", "a/deep/2.png", "b/3.png", "c/3.png")
        with pytest.raises(ImportRefused) as caught:
            painted.import_labels(folder)
        assert [(problem.kind, problem.where) for problem in caught.value.problems] == [
            ("unknown item", "a/99.png"), ("unreadable row", "a/deep"), ("conflict", "c/3.png"),
            ("unknown class", "z/1.png"),
        ]  # fmt: skip

    def test_a_file_is_no_folder(self, painted, tmp_path):
        (tmp_path / "labels").touch()
        with refused(InvalidInput, "'folder' is a folder", "labels", "another format="):
            painted.import_labels(tmp_path / "labels")
