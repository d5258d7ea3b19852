"""Class folders and photo tables: read right, refused by name."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tools.data.datasets import DataOptions, open_data
from tools.data.samples import as_multi, read_class_folders, read_table
from tools.errors import PocketlensError
from tools.package.label_table import Label

LABELS = (Label("/m/01yrx", "Cat"), Label("/m/0bt9lr", "Dog"), Label("own/red-cup", "Red cup"))


def photo(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.zeros((4, 4, 3), np.uint8))
    return path


def folders(root: Path, **counts: int) -> Path:
    for name, count in counts.items():
        (root / name).mkdir(parents=True)
        for number in range(count):
            photo(root / name / f"{number}.jpg")
    return root


def refusal(action: object) -> PocketlensError:
    with pytest.raises(PocketlensError) as caught:
        action()  # type: ignore[operator]
    return caught.value


def test_classes_are_the_folders_in_order(tmp_path: Path) -> None:
    samples = read_class_folders(folders(tmp_path, dog=2, cat=1))
    assert [label.mid for label in samples.labels] == ["own/cat", "own/dog"]
    assert [path.relative_to(tmp_path).as_posix() for path in samples.photos] == [
        "cat/0.jpg",
        "dog/0.jpg",
        "dog/1.jpg",
    ]
    truth, weight = samples.targets([0, 2, 1])
    assert truth.dtype == np.int32 and truth.tolist() == [0, 1, 1] and weight.tolist() == [1, 1, 1]


def test_other_files_and_hidden_ones_are_passed_over(tmp_path: Path) -> None:
    folders(tmp_path, cat=1)
    (tmp_path / "cat" / "notes.txt").write_text("")
    photo(tmp_path / "cat" / ".thumbnail.jpg")
    photo(tmp_path / "cat" / ".cache" / "1.jpg")
    photo(tmp_path / "cat" / "more" / "1.PNG")
    photo(tmp_path / ".hidden" / "1.jpg")
    found = read_class_folders(tmp_path)
    assert [path.name for path in found.photos] == ["0.jpg", "1.PNG"]


def test_folders_find_their_labels_by_name_mid_or_slug(tmp_path: Path) -> None:
    samples = read_class_folders(folders(tmp_path, **{"Dog": 1, "cat": 1, "red-cup": 1}), LABELS)
    assert samples.labels == LABELS
    named = {
        path.parent.name: int(c) for path, c in zip(samples.photos, samples.classes, strict=True)
    }
    assert named == {"cat": 0, "Dog": 1, "red-cup": 2}


@pytest.mark.parametrize(
    ("counts", "labels", "least", "text"),
    [
        ({"cat": 0, "dog": 1}, None, 1, "cat (0)"),
        ({"cat": 1, "dog": 2}, None, 2, "cat (1)"),
        ({"cat": 1, "dog": 1, "bird": 1}, LABELS, 1, "bird"),
        ({"cat": 1, "dog": 1}, LABELS, 1, "Red cup"),
    ],
)
def test_bad_folders(
    tmp_path: Path, counts: dict[str, int], labels: tuple[Label, ...] | None, least: int, text: str
) -> None:
    error = refusal(lambda: read_class_folders(folders(tmp_path, **counts), labels, least))
    assert error.name == "bad_dataset"
    assert text in error.message


def test_two_folders_of_one_label(tmp_path: Path) -> None:
    cup = (Label("own/red-cup", "Cup"),)
    folders(tmp_path, **{"Cup": 1, "red-cup": 1})
    error = refusal(lambda: read_class_folders(tmp_path, cup))
    assert error.name == "bad_dataset" and "same label" in error.message


def test_no_folders(tmp_path: Path) -> None:
    assert refusal(lambda: read_class_folders(tmp_path / "no")).name == "missing_file"
    photo(tmp_path / "only.jpg")
    assert refusal(lambda: read_class_folders(tmp_path)).name == "bad_labels"


def table(folder: Path, text: str) -> Path:
    for name in ("a.jpg", "b.jpg", "c d.jpg"):
        photo(folder / name)
    path = folder / "photos.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_photo_table(tmp_path: Path) -> None:
    path = table(
        tmp_path, "photo,labels\na.jpg,Cat;Red cup\nb.jpg,/m/0bt9lr own/red-cup\nc d.jpg,\n"
    )
    samples = read_table(path, LABELS)
    truth, mask = samples.targets([0, 1, 2])
    assert truth.tolist() == [[1, 0, 1], [0, 1, 1], [0, 0, 0]]
    assert mask.min() == 1 and truth.dtype == np.float32
    assert samples.photo(2) == tmp_path / "c d.jpg"


def test_photo_table_makes_its_own_labels(tmp_path: Path) -> None:
    path = table(tmp_path, "\ufeffnote,photo,labels\nx,a.jpg,tree|bush\ny,b.jpg,bush\n")
    samples = read_table(path)
    assert [label.name for label in samples.labels] == ["bush", "tree"]
    assert samples.targets([0, 1])[0].tolist() == [[1, 1], [1, 0]]


def test_a_photo_tables_names_may_have_blanks(tmp_path: Path) -> None:
    """Without a class list a cell without separators is one name; MIDs are called officially."""
    path = table(tmp_path, "photo,labels\na.jpg,tea pot\nb.jpg,/m/01yrx /m/0bt9lr\n")
    samples = read_table(path, official=LABELS)
    named = {label.mid: label.name for label in samples.labels}
    assert named == {"own/tea-pot": "tea pot", "/m/01yrx": "Cat", "/m/0bt9lr": "Dog"}


def test_folders_of_a_mac_and_of_another_system(tmp_path: Path) -> None:
    """Decomposed folder names, and the halves that a Mac packs beside every file."""
    folders(tmp_path, **{"Cafe\u0301": 2, "Tea": 1})
    photo(tmp_path / "__MACOSX" / "Tea" / "._0.jpg")
    photo(tmp_path / "Tea" / "__MACOSX" / "0.jpg")
    found = read_class_folders(tmp_path)
    assert [label.name for label in found.labels] == ["Caf\u00e9", "Tea"] and len(found) == 3
    labels = (Label("own/tea", "Tea"), Label("/m/01", "Caf\u00e9"))
    assert read_class_folders(tmp_path, labels).classes.tolist() == [1, 1, 0]


def test_the_columns_of_evaluate_are_understood(tmp_path: Path) -> None:
    """`file` and `mids`, with `absent`: only named pairs are known; `unsure` pairs are not."""
    path = table(
        tmp_path,
        "file,mids,absent,unsure\na.jpg,/m/01yrx,Dog,\nb.jpg,/m/0bt9lr,Cat;Red cup,Red cup\n",
    )
    truth, mask = read_table(path, LABELS).targets([0, 1])
    assert truth.tolist() == [[1, 0, 0], [0, 1, 0]]
    assert mask.tolist() == [[1, 1, 0], [1, 1, 0]]


def test_unsure_pairs_are_masked(tmp_path: Path) -> None:
    path = table(tmp_path, "photo,labels,unsure\na.jpg,Cat,Dog\n")
    truth, mask = read_table(path, LABELS).targets([0])
    assert truth.tolist() == [[1, 0, 0]] and mask.tolist() == [[1, 0, 1]]


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("image,tags\na.jpg,Cat\n", "bad_dataset", "image, tags"),
        ("", "bad_dataset", "none"),
        ("photo,labels\n", "bad_dataset", "no photo"),
        ("photo,labels\na.jpg,Cat\nb.jpg,Kat\n", "unknown_label", "line 3: 'Kat'"),
        ("photo,labels\nz.jpg,Cat\n", "missing_file", "line 2: there is no photo"),
        ("photo,labels\na.jpg\n", "bad_dataset", "line 2: a field is missing"),
        ("photo,labels\n,Cat\n", "bad_dataset", "line 2: a field is missing"),
        ('photo,labels\n"a.jpg,Cat\n', "unreadable_file", "photos.csv"),
    ],
)
def test_bad_tables(tmp_path: Path, text: str, name: str, words: str) -> None:
    error = refusal(lambda: read_table(table(tmp_path, text), LABELS))
    assert error.name == name
    assert words in error.message


def test_labels_that_differ_in_case_only(tmp_path: Path) -> None:
    error = refusal(lambda: read_table(table(tmp_path, "photo,labels\na.jpg,Cat;cat\n")))
    assert error.name == "bad_dataset" and "case" in error.message


def test_single_labels_as_several(tmp_path: Path) -> None:
    samples = as_multi(read_class_folders(folders(tmp_path, cat=1, dog=1)))
    assert samples.multi
    assert samples.targets([1, 0])[0].tolist() == [[0, 1], [1, 0]]


def test_validation_photos_may_lack_a_class(tmp_path: Path) -> None:
    folders(tmp_path / "train", cat=2, dog=2)
    folders(tmp_path / "val", dog=1)
    options = DataOptions(tmp_path, (), None, None, None, False, tmp_path)
    train, held = open_data(options)
    assert held is not None and held.labels == train.labels
    assert held.targets([0])[0].tolist() == [1]
