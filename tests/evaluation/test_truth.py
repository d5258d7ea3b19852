"""What data sets say about photos: three forms, ancestors, verified pairs, and refusals by line."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tools.errors import PocketlensError
from tools.evaluation.histograms import ABSENT, PRESENT
from tools.evaluation.truth import MULTI, SINGLE, Dataset, Labels, read_dataset
from tools.package.label_table import Label

ANIMAL, CAT, DOG, VEHICLE, CAR, TOY, BAT = range(7)
PHOTOS = ("a.png", "b.png", "c.png")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three tiny photos."""
    for name in PHOTOS:
        cv2.imwrite(str(tmp_path / name), np.zeros((8, 8, 3), np.uint8))
    return tmp_path


def table(folder: Path, text: str) -> Path:
    (folder / "truth.csv").write_text(text)
    return folder / "truth.csv"


def row(data: Dataset, photo: int) -> list[int]:
    return [int(value) for value in data.truth[photo]]


def test_named_labels_bring_their_ancestors_and_the_rest_is_absent(
    folder: Path, labels: Labels
) -> None:
    data = read_dataset(table(folder, "file,mids\na.png,/m/01\nb.png,/m/04 /m/02\n"), labels)
    assert row(data, 0) == [1, 1, 0, 0, 0, 0, 0]
    assert row(data, 1) == [1, 0, 1, 1, 1, 1, 0]
    assert data.named == ((CAT,), (CAR, DOG))
    assert data.task == MULTI


def test_names_and_unsure_labels(folder: Path, labels: Labels) -> None:
    text = "file,mids,unsure,group\na.png,Cat; Bat (Animal),Car,scene\nb.png,Toy,,scene\n"
    data = read_dataset(table(folder, text), labels)
    assert row(data, 0) == [1, 1, 0, -1, -1, -1, 1]
    assert data.groups == ("scene", "scene")


def test_with_a_column_absent_only_named_pairs_are_known(folder: Path, labels: Labels) -> None:
    data = read_dataset(table(folder, "file,mids,absent\na.png,/m/01,/m/03\n"), labels)
    assert row(data, 0) == [1, 1, -1, 0, 0, -1, -1]  # no vehicle, so no car either


@pytest.mark.parametrize(
    "text",
    [
        "file,mids,absent,unsure\na.png,/m/01,/m/03,\nb.png,/m/02 /m/04,,/m/06\nc.png,,Cat,Dog\n",
        "photo,labels,absent,unsure\na.png,Cat,Vehicle,\n"
        "b.png,Dog|Car,,Bat (Animal)\nc.png,,/m/01,/m/02\n",
    ],
)
def test_training_and_evaluation_read_the_same_from_one_table(
    folder: Path, labels: Labels, text: str
) -> None:
    """Both titles of the columns, and what the hierarchy makes of what is named."""
    from tools.data.samples import read_table

    source = table(folder, text)
    edges = [(p, c) for c, above in labels.parents.items() for p in above]
    rows = [f"{labels.labels[p].mid},{labels.labels[c].mid}" for p, c in edges]
    (folder / "h.csv").write_text("\n".join(["parent,child", *rows]) + "\n")
    judged = read_dataset(source, labels)
    there, mask = read_table(source, labels.labels, hierarchy=folder / "h.csv").targets([0, 1, 2])
    np.testing.assert_array_equal(np.where(mask == 1, there, -1), judged.truth)
    assert row(judged, 0) == [1, 1, -1, 0, 0, -1, -1]


def test_a_name_that_two_labels_share_is_refused_by_line(folder: Path) -> None:
    twins = Labels([Label("/m/01b7b", "Bishop"), Label("/m/027k49j", "Bishop")], [])
    with pytest.raises(PocketlensError) as caught:
        read_dataset(table(folder, "photo,labels\na.png,/m/01b7b\nb.png,Bishop\n"), twins)
    assert caught.value.name == "unknown_label" and "line 3" in caught.value.message


def test_open_images_labels(folder: Path, labels: Labels) -> None:
    text = (
        "ImageID,Source,LabelName,Confidence\n"
        "a,verification,/m/01,1\n"
        "a,verification,/m/03,0\n"
        "b,verification,/m/00,0\n"
        "b,verification,/m/unheard,1\n"
        "gone,verification,/m/01,1\n"
    )
    data = read_dataset(table(folder, text), labels)
    assert [photo.name for photo in data.photos] == ["a.png", "b.png"]
    assert row(data, 0) == [1, 1, -1, 0, 0, -1, -1]
    assert row(data, 1) == [0, 0, 0, -1, -1, -1, 0]


def test_class_folders(tmp_path: Path, labels: Labels) -> None:
    for name in ("cat", "Dog", "bat-animal"):
        (tmp_path / name).mkdir()
        cv2.imwrite(str(tmp_path / name / "1.png"), np.zeros((8, 8, 3), np.uint8))
    data = read_dataset(tmp_path, labels)
    assert data.task == SINGLE
    assert sorted(data.named) == [(CAT,), (DOG,), (BAT,)]


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("file,mids\nz.png,/m/01\n", "missing_file", "line 2"),
        ("file,mids\na.png,/m/99\n", "unknown_label", "/m/99"),
        ("file,mids\na.png,Cat; Unicorn\n", "unknown_label", "Unicorn"),
        ("photo,label\na.png,/m/01\n", "bad_dataset", "photo, label"),
        ("ImageID,Source,LabelName,Confidence\na,v,/m/01,maybe\n", "bad_dataset", "maybe"),
        ("ImageID,Source,LabelName,Confidence\nq,v,/m/01,1\n", "missing_file", "No photo"),
        ("", "bad_dataset", "no columns"),
    ],
)
def test_refusals(folder: Path, labels: Labels, text: str, name: str, words: str) -> None:
    with pytest.raises(PocketlensError) as caught:
        read_dataset(table(folder, text), labels)
    assert caught.value.name == name
    assert words in str(caught.value)


def test_a_missing_table_and_empty_folders(tmp_path: Path, labels: Labels) -> None:
    for source in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(PocketlensError) as caught:
            read_dataset(source, labels)
        assert caught.value.name == "missing_file"


def test_a_folder_that_is_no_label(tmp_path: Path, labels: Labels) -> None:
    (tmp_path / "unicorn").mkdir()
    cv2.imwrite(str(tmp_path / "unicorn" / "1.png"), np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(PocketlensError) as caught:
        read_dataset(tmp_path, labels)
    assert caught.value.name == "unknown_label"


def test_subset_keeps_rows_together(folder: Path, labels: Labels) -> None:
    data = read_dataset(table(folder, "file,mids\na.png,Cat\nb.png,Dog\nc.png,Car\n"), labels)
    part = data.subset([2, 0])
    assert [photo.name for photo in part.photos] == ["c.png", "a.png"]
    assert part.named == ((CAR,), (CAT,))
    assert row(part, 1) == row(data, 0)


def test_classes_of_open_images_that_the_model_lacks_speak_for_those_above(tmp_path: Path) -> None:
    """A model of Animal and Vehicle: a cat is an animal, a rose is nothing that it knows."""
    model = Labels([Label("/m/0jbk", "Animal"), Label("/m/07yv9", "Vehicle")], [])
    for name in ("cat.png", "car.png", "rose.png"):
        (tmp_path / name).write_bytes(b"x")
    rows = "cat.png,/m/01yrx\ncar.png,Vehicle\nrose.png,/m/06m11\n"
    (tmp_path / "data.csv").write_text("file,mids\n" + rows)
    data = read_dataset(tmp_path / "data.csv", model)
    assert [photo.name for photo in data.photos] == ["cat.png", "car.png"]
    assert data.truth.tolist() == [[PRESENT, ABSENT], [ABSENT, PRESENT]]
    assert data.named == ((), (1,))
    assert "lacks 2 of the labels (Cat, Rose)" in data.definition
    assert "1 photos that show nothing else are left out" in data.definition


def test_a_model_that_knows_nothing_of_the_data_is_refused(tmp_path: Path) -> None:
    model = Labels([Label("/m/07yv9", "Vehicle")], [])
    (tmp_path / "rose.png").write_bytes(b"x")
    (tmp_path / "data.csv").write_text("file,mids\nrose.png,/m/06m11\n")
    with pytest.raises(PocketlensError, match="names no label that the model has"):
        read_dataset(tmp_path / "data.csv", model)
