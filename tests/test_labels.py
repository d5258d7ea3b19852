"""The `labels` command and the class lists it reads."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tools.errors import PocketlensError
from tools.labels import main, read_class_list
from tools.package.class_list import check_counts, exclude, restrict_hierarchy, slug
from tools.package.label_table import Label, read_labels

ROOT = Path(__file__).resolve().parent.parent
OFFICIAL = ROOT / "labels/openimages-boxable.csv"
DEMO_410 = ROOT / "labels/lite-demo-410-thresholds.csv"
MODEL = ROOT / "models/mobilenetv2-openimages"
# SHA-256 of class-descriptions-boxable.csv as Open Images publishes it (no header, CRLF, last LF).
OFFICIAL_SHA256 = "2fa47fb1b87e71c90b9fbee2dc1184eb8c59601bb811ea4424b200653cedff8e"
SMALL = "/m/01yrx,Cat\n/m/0bt9lr,Dog\n/m/0jbk,Animal\n"
SMALL_LABELS = (Label("/m/01yrx", "Cat"), Label("/m/0bt9lr", "Dog"), Label("/m/0jbk", "Animal"))


def run(*arguments: object) -> Result:
    """The command's result."""
    return CliRunner().invoke(main, [str(one) for one in arguments])


def official_bytes() -> bytes:
    """The official file, made again from our rows."""
    with OFFICIAL.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    return "\r\n".join(",".join(row) for row in rows).encode() + b"\n"


def listed(tmp_path: Path, data: bytes | str, name: str = "list.csv") -> tuple[Label, ...]:
    """The labels of a file with these bytes."""
    (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_class_list(tmp_path / name)


def refusal(tmp_path: Path, data: bytes | str, name: str = "list.csv") -> PocketlensError:
    """The error that reading these bytes raises."""
    with pytest.raises(PocketlensError) as caught:
        listed(tmp_path, data, name)
    return caught.value


def test_the_official_file_itself(tmp_path: Path) -> None:
    data = official_bytes()
    assert hashlib.sha256(data).hexdigest() == OFFICIAL_SHA256
    labels = listed(tmp_path, data)
    assert labels == read_class_list(OFFICIAL)
    assert (len(labels), labels[0].name, labels[600].name) == (601, "Tortoise", "Helmet")


def test_order_is_kept_where_sorting_would_change_it() -> None:
    mids = [label.mid for label in read_class_list(OFFICIAL)]
    assert mids != sorted(mids)
    assert mids.index("/m/09f20") < mids.index("/m/09f_2")


@pytest.mark.parametrize(
    "data",
    [
        SMALL,
        "LabelName,DisplayName\n" + SMALL,
        "\ufeffLabelName,DisplayName\n" + SMALL,
        "\ufeff" + SMALL,
        SMALL.replace("\n", "\r\n"),
        SMALL.removesuffix("\n"),
        '"LabelName","DisplayName"\r\n"/m/01yrx","Cat"\r\n"/m/0bt9lr","Dog"\r\n"/m/0jbk","Animal"',
        "mid,name\n" + SMALL,
        "index,mid,name\n0,/m/01yrx,Cat\n1,/m/0bt9lr,Dog\n2,/m/0jbk,Animal\n",
    ],
)
def test_forms_of_the_same_list(tmp_path: Path, data: str) -> None:
    assert listed(tmp_path, data) == SMALL_LABELS


def test_quotes_may_hold_commas_and_quotes(tmp_path: Path) -> None:
    labels = listed(tmp_path, '/m/1,"Salt, pepper"\n/m/2,"12"" disc"\n')
    assert [label.name for label in labels] == ["Salt, pepper", '12" disc']


@pytest.mark.parametrize(
    ("data", "name", "line"),
    [
        (SMALL + "\n", "bad_labels", 4),
        ("\n" + SMALL, "bad_labels", 1),
        (SMALL.replace("Dog", ""), "bad_labels", 2),
        (SMALL.replace("Dog", "   "), "bad_labels", 2),
        (SMALL.replace("/m/0bt9lr", ""), "bad_labels", 2),
        (SMALL.replace("/m/0bt9lr", "/m/0BT9LR"), "bad_labels", 2),
        (SMALL.replace("/m/0bt9lr", "0bt9lr"), "bad_labels", 2),
        (SMALL.replace("Dog", '"Dog'), "bad_labels", 2),
        (SMALL.replace("Dog", 'D"og'), "bad_labels", 2),
        (SMALL.replace("Dog", '"Do"g'), "bad_labels", 2),
        (SMALL.replace(",Dog", ""), "bad_labels", 2),
        (SMALL.replace("Dog", "Dog,big"), "bad_labels", 2),
        (SMALL.replace("Dog", "D\tog"), "bad_labels", 2),
        (SMALL.replace("Dog", "D\rog"), "bad_labels", 2),
        (SMALL.encode().replace(b"Dog", b"D\xf6g"), "bad_labels", 2),
        (SMALL + "/m/01yrx,Kitten\n", "duplicate_mid", 4),
        (SMALL + "/m/2,Cat\n", "bad_labels", 4),
        ("what,else\n" + SMALL, "bad_labels", 1),
        ("index,mid,name\n0,/m/01yrx,Cat\n2,/m/0bt9lr,Dog\n", "bad_labels", 3),
        ("index,label,threshold\n0,Cat,0.5\n0,Dog,0.5\n", "bad_labels", 3),
    ],
)
def test_damage_is_named_by_line(tmp_path: Path, data: str | bytes, name: str, line: int) -> None:
    error = refusal(tmp_path, data)
    assert error.name == name
    assert f"line {line}" in error.message


@pytest.mark.parametrize("data", ["", "LabelName,DisplayName\n"])
def test_no_class(tmp_path: Path, data: str) -> None:
    assert refusal(tmp_path, data).name == "bad_labels"


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(PocketlensError) as caught:
        read_class_list(tmp_path / "nothing.csv")
    assert caught.value.name == "missing_file"


class TestOwnLists:
    """Classes without MIDs."""

    def test_a_text_file(self, tmp_path: Path) -> None:
        labels = listed(tmp_path, "Tea pot\nCrème brûlée \r\n猫\n", "own.txt")
        assert labels == (
            Label("own/tea-pot", "Tea pot"),
            Label("own/creme-brulee", "Crème brûlée"),
            Label("own/u732b", "猫"),
        )

    def test_a_folder_of_class_folders(self, tmp_path: Path) -> None:
        for name in ("roses", "daisy", ".hidden", "Tulips"):
            (tmp_path / name).mkdir()
        (tmp_path / "readme.txt").write_text("x")
        labels = read_class_list(tmp_path)
        assert [label.name for label in labels] == ["Tulips", "daisy", "roses"]

    def test_an_empty_folder(self, tmp_path: Path) -> None:
        with pytest.raises(PocketlensError) as caught:
            read_class_list(tmp_path)
        assert caught.value.name == "bad_labels"

    @pytest.mark.parametrize("names", ["Cat\nDog\nCat\n", "Café\nCafe\n", "a b\na-b\n"])
    def test_names_that_cannot_be_told_apart(self, tmp_path: Path, names: str) -> None:
        error = refusal(tmp_path, names, "own.txt")
        assert error.name in ("duplicate_mid", "bad_labels")
        assert "line 1" in error.message and "line" in error.message

    def test_a_name_without_letters(self, tmp_path: Path) -> None:
        assert refusal(tmp_path, "Cat\n???\n", "own.txt").name == "bad_labels"

    def test_the_older_demo(self) -> None:
        labels = read_class_list(DEMO_410)
        assert len(labels) == 410
        assert labels[0] == Label("own/herd", "Herd")
        assert all(label.name == label.name.strip() for label in labels)

    @pytest.mark.parametrize(
        ("name", "made"),
        [("Straße", "strasse"), ("A  b--C", "a-b-c"), ("x_1", "x_1"), ("Ⅷ", "viii"), ("!", "")],
    )
    def test_slugs(self, name: str, made: str) -> None:
        assert slug(name) == made


class TestCounts:
    """Published count, file count and model outputs."""

    def test_they_agree(self) -> None:
        check_counts(601, 601, 601)
        check_counts(None, 5, None)

    @pytest.mark.parametrize(
        ("counts", "odd"),
        [
            ((600, 601, 601), "The recipe is the one"),
            ((601, 600, 601), "The class list is the one"),
            ((601, 601, 500), "The model is the one"),
        ],
    )
    def test_the_odd_one_is_named(self, counts: tuple[int, int, int], odd: str) -> None:
        with pytest.raises(PocketlensError) as caught:
            check_counts(*counts)
        assert caught.value.name == "class_count_mismatch"
        assert odd in caught.value.message

    def test_two_that_differ_are_both_named(self) -> None:
        with pytest.raises(PocketlensError) as caught:
            check_counts(None, 601, 500)
        assert "the class list has 601, the model has 500" in caught.value.message


class TestHierarchy:
    """What is left of a hierarchy when labels are left out."""

    def test_children_go_to_their_grandparents(self) -> None:
        a, b, c, d = (Label(f"own/{name}", name) for name in "abcd")
        edges = [(a.mid, b.mid), (b.mid, c.mid), (b.mid, d.mid), (a.mid, d.mid)]
        assert restrict_hierarchy(edges, [a, c, d]) == [(a.mid, d.mid), (a.mid, c.mid)]
        assert restrict_hierarchy(edges, [a, b, c, d]) == edges
        assert restrict_hierarchy(edges, [c, d]) == []

    def test_several_in_a_row(self) -> None:
        labels = [Label(f"own/{n}", str(n)) for n in range(6)]
        edges = [(labels[n].mid, labels[n + 1].mid) for n in range(5)]
        assert restrict_hierarchy(edges, [labels[0], labels[5]]) == [("own/0", "own/5")]


class TestCommand:
    """The command line."""

    def test_it_writes_a_packages_table(self, tmp_path: Path) -> None:
        result = run(OFFICIAL, "--model", MODEL, "--out", tmp_path / "labels.csv")
        assert result.exit_code == 0, result.output
        assert "601 classes (601 with MIDs, 0 own)" in result.output
        assert len(read_labels((tmp_path / "labels.csv").read_bytes(), 601)) == 601

    def test_from_601_to_600(self, tmp_path: Path) -> None:
        out = tmp_path / "labels.csv"
        result = run(OFFICIAL, "--exclude", "/m/011k07", "--count", 600, "--out", out)
        assert result.exit_code == 0, result.output
        assert read_labels(out.read_bytes(), 600)[0].name == "Container"

    def test_excluding_what_is_not_there(self) -> None:
        result = run(OFFICIAL, "--exclude", "/m/nothing")
        assert result.exit_code == 1 and "/m/nothing" in result.output

    def test_a_count_that_does_not_fit(self) -> None:
        result = run(OFFICIAL, "--count", 600)
        assert result.exit_code == 1
        assert "error [class_count_mismatch]" in result.output

    def test_a_features_model_has_no_labels(self) -> None:
        result = run(OFFICIAL, "--model", ROOT / "models/mobilenetv2-imagenet-features")
        assert result.exit_code == 1 and "error [wrong_kind]" in result.output

    def test_nothing_is_written_after_an_error(self, tmp_path: Path) -> None:
        run(OFFICIAL, "--count", 600, "--out", tmp_path / "labels.csv")
        assert list(tmp_path.iterdir()) == []

    def test_a_table_is_replaced(self, tmp_path: Path) -> None:
        for mid in ("/m/011k07", "/m/011q46kg"):
            run(OFFICIAL, "--exclude", mid, "--out", tmp_path / "labels.csv")
        assert read_labels((tmp_path / "labels.csv").read_bytes(), 600)[0].name == "Tortoise"


def test_exclude_keeps_the_order() -> None:
    assert exclude(SMALL_LABELS, ["/m/0bt9lr"]) == (SMALL_LABELS[0], SMALL_LABELS[2])
