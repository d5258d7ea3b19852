"""The `labels` command and the class lists it reads."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tools.errors import PocketlensError
from tools.labels import main, read_class_list
from tools.lists.class_list import check_counts, exclude, restrict_hierarchy
from tools.lists.naming import LabelIndex, slug
from tools.package.label_table import Label, read_labels
from tools.package.tables import is_mid
from tools.places import ROOT

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

    @pytest.mark.parametrize("names", ["Cat\nDog\nCat\n", "Caf\u00e9\nDog\nCafe\u0301\n"])
    def test_names_that_cannot_be_told_apart(self, tmp_path: Path, names: str) -> None:
        error = refusal(tmp_path, names, "own.txt")
        assert error.name in ("duplicate_mid", "bad_labels")
        assert "line 1" in error.message and "line" in error.message

    def test_names_of_one_slug_and_of_signs(self, tmp_path: Path) -> None:
        """Each gets an id of its own, which depends on no order; the names stay as they are."""
        names = [
            "C",
            "C++",
            "C#",
            "Schön",
            "Schon",
            "👍",
            "???",
            "a b",
            "a-b",
            "cardigan",
            "Cardigan",
        ]
        labels = listed(tmp_path, "\n".join(names), "own.txt")
        assert [label.name for label in labels] == names
        assert len({label.mid for label in labels}) == len(names)
        assert all(is_mid(label.mid) for label in labels)
        again = listed(tmp_path, "\n".join(reversed(names)), "own.txt")
        assert set(again) == set(labels)
        assert labels[5].mid == "own/u1f44d"

    def test_the_older_demo(self) -> None:
        labels = read_class_list(DEMO_410)
        assert len(labels) == 410
        assert labels[0] == Label("own/herd", "Herd")
        assert all(label.name == label.name.strip() for label in labels)

    @pytest.mark.parametrize(
        ("name", "made"),
        [("Straße", "strasse"), ("A  b--C", "a-b-c"), ("x_1", "x_1"), ("Ⅷ", "viii"), ("!", "u21")],
    )
    def test_slugs(self, name: str, made: str) -> None:
        assert slug(name) == made

    def test_decomposed_names_are_the_composed_ones(self, tmp_path: Path) -> None:
        """The same class list, typed on two systems."""
        composed = listed(tmp_path, "Caf\u00e9\nTea\n", "a.txt")
        assert listed(tmp_path, "Cafe\u0301\nTea\n", "b.txt") == composed
        (tmp_path / "folders" / "Cafe\u0301").mkdir(parents=True)
        assert read_class_list(tmp_path / "folders") == composed[:1]
        assert LabelIndex(composed).find("Cafe\u0301") == 0

    def test_what_a_mac_leaves_in_a_zip_is_no_class(self, tmp_path: Path) -> None:
        for name in ("cat", "__MACOSX", ".Trashes"):
            (tmp_path / name).mkdir()
        assert [label.name for label in read_class_list(tmp_path)] == ["cat"]


NUMBERED = "finch", "wren", "parrot"
YOLO = "path: ../birds\ntrain: images\nnc: 3\nnames:\n  0: finch\n  1: wren\n  2: parrot\n"


class TestNumberedLists:
    """The numbers of a list are the order of the outputs, whatever the order of the lines."""

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("a.txt", "0 finch\n1 wren\n2 parrot\n"),
            ("a.txt", "2  parrot\n0  finch\n1  wren\n"),
            ("a.txt", "1 finch\n2 wren\n3 parrot\n"),
            ("a.txt", "0: finch\n1: wren\n2: parrot"),
            ("a.txt", "000\tfinch\n002\tparrot\n001\twren\n"),
            ("a.txt", "1. finch\n2. wren\n3. parrot\n"),
            ("a.names", "finch\nwren\nparrot\n"),
            ("a.csv", "id,name\n2,parrot\n0,finch\n1,wren\n"),
            ("a.csv", "name,id\nparrot,2\nfinch,0\nwren,1\n"),
            ("a.csv", ",label\n2,parrot\n0,finch\n1,wren\n"),
            ("a.csv", "Class_ID;Class_Name\r\n2;parrot\r\n0;finch\r\n1;wren\r\n"),
            ("a.csv", "label,name\n2,parrot\n0,finch\n1,wren\n"),
            ("a.csv", "name\nfinch\nwren\nparrot\n"),
            ("a.csv", "2,parrot\n0,finch\n1,wren\n"),
            ("a.tsv", "id\tname\n2\tparrot\n0\tfinch\n1\twren\n"),
            ("a.yaml", YOLO),
            ("a.yml", "names: [finch, wren, parrot]\nnc: 3\n"),
            ("a.yaml", "- finch\n- wren\n- parrot\n"),
            ("a.yaml", "finch: 0\nparrot: 2\nwren: 1\n"),
            ("a.yaml", "2: parrot\n0: finch\n1: wren\n"),
            (
                "a.yaml",
                "categories:\n- {id: 2, name: wren}\n- {id: 1, name: finch}\n"
                "- {id: 3, name: parrot}\n",
            ),
            ("a.json", '{"id2label": {"2": "parrot", "0": "finch", "1": "wren"}, "x": 1}'),
            ("a.txt", "{0: 'finch',\n 1: 'wren',\n 2: \"parrot\"}"),
            ("a.txt", "['finch', 'wren', 'parrot']\n"),
            (
                "map.pbtxt",
                "item {\n  id: 3\n  name: 'x'\n  display_name: 'parrot'\n}\n"
                "item { id: 1 name: 'finch' }\nitem {\n  name: \"wren\"\n  id: 2\n}\n",
            ),
            ("a.json", '[\n\t"finch",\n\t"wren",\n\t"parrot"\n]'),
        ],
    )
    def test_forms(self, tmp_path: Path, name: str, text: str) -> None:
        labels = listed(tmp_path, text, name)
        assert labels == tuple(Label(f"own/{each}", each) for each in NUMBERED)

    @pytest.mark.parametrize(
        ("name", "text", "words"),
        [
            ("a.txt", "0 finch\n1 wren\n3 parrot\n", "line 3"),
            ("a.txt", "0 finch\n1 wren\n1 parrot\n", "line 2 has it"),
            ("a.txt", "10 cent\n20 cent\n50 cent\n", "under the header name"),
            ("a.txt", "id name\n0 finch\n1 wren\n", "line 1"),
            ("a.csv", "id,name\n0,finch\n2,wren\n", "line 3"),
            ("a.csv", "id,name\n0,finch\nx,wren\n", "line 3"),
            ("a.csv", "id,name\n0,finch\n1\n", "number of fields"),
            ("a.yaml", "names:\n  0: finch\n  0: wren\n", "line 3"),
            ("a.yaml", "names: {0: finch, 2: wren}\n", "each number"),
            ("a.pbtxt", "item { id: 1 name: 'a' }\nitem { id: 90 name: 'b' }\n", "line 2"),
            ("a.pbtxt", "item {\n  id: 1\n}\n", "an id and a name"),
            ("a.pbtxt", "cat\n", "lists no item"),
            ("a.csv", "PK\3\4xl/workbook", "office document"),
            ("a.yaml", "names: birds.txt\nnc: 3\n", "birds.txt"),
            ("a.yaml", "nc: 4\nnames: [finch, wren]\n", "4"),
            ("a.yaml", "names: [finch, [a, b, c]]\n", "an id and a name"),
            ("a.yaml", "names: [finch\n", "not valid"),
            ("a.yaml", "just text\n", "lists no classes"),
            ("a.yaml", "", "lists no classes"),
            ("a.json", "[" * 5000, "not valid"),
        ],
    )
    def test_refusals(self, tmp_path: Path, name: str, text: str, words: str) -> None:
        error = refusal(tmp_path, text, name)
        assert error.name in ("bad_labels", "class_count_mismatch") and words in error.message

    def test_coins_as_names(self, tmp_path: Path) -> None:
        labels = listed(tmp_path, "name\n10 cent\n20 cent\n", "coins.csv")
        assert [label.name for label in labels] == ["10 cent", "20 cent"]
        assert listed(tmp_path, "7 up\ncola\n", "a.txt")[0].name == "7 up"

    def test_another_encoding_is_named(self, tmp_path: Path) -> None:
        for data in ("Caf\u00e9\n".encode("cp1252"), "Tea\n".encode("utf-16")):
            error = refusal(tmp_path, data, "a.txt")
            assert "line 1 is not UTF-8. Save it as UTF-8." in error.message

    def test_yes_and_no_are_names(self, tmp_path: Path) -> None:
        labels = listed(tmp_path, "names: [no, yes, on, 1.0, null]\n", "a.yaml")
        assert [label.name for label in labels] == ["no", "yes", "on", "1.0", "null"]

    def test_json_spells_signs_as_two_halves(self, tmp_path: Path) -> None:
        assert listed(tmp_path, '["\\ud83d\\udc4d"]', "a.json") == (Label("own/u1f44d", "👍"),)


class TestIds:
    """Ids in lists: WordNet's, MIDs before a name, names that occur twice."""

    def test_commas_belong_to_the_names_of_a_text_file(self, tmp_path: Path) -> None:
        text = "tench, Tinca tinca\ngoldfish, Carassius auratus\ncrane\n"
        labels = listed(tmp_path, text, "imagenet.txt")
        assert [label.name for label in labels] == text.splitlines()

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("a.txt", "n02012849 crane\nn03126707 crane\n"),
            ("a.txt", "1 n03126707 crane\n0 n02012849 crane\n"),
            ("a.csv", "wnid,name\nn02012849,crane\nn03126707,crane\n"),
            ("a.csv", "n02012849,crane\nn03126707,crane\n"),
            ("a.json", '{"1": ["n03126707", "crane"], "0": ["n02012849", "crane"]}'),
        ],
    )
    def test_wordnet_ids_tell_two_cranes_apart(self, tmp_path: Path, name: str, text: str) -> None:
        labels = listed(tmp_path, text, name)
        assert labels == (Label("own/n02012849", "crane"), Label("own/n03126707", "crane"))
        assert LabelIndex(labels).find("n03126707") == 1

    def test_two_mids_of_one_name(self, tmp_path: Path) -> None:
        text = "LabelName,DisplayName\n/m/01b7b,Bishop\n/m/027k49j,Bishop\n/m/0449p,Jaguar\n"
        labels = listed(tmp_path, text)
        assert [label.name for label in labels] == ["Bishop", "Bishop", "Jaguar"]
        index = LabelIndex(labels)
        assert (index.find("/m/027k49j"), index.find("jaguar")) == (1, 2)
        with pytest.raises(PocketlensError) as caught:
            index.find("Bishop", "truth.csv, line 7")
        said = caught.value.message
        assert "/m/01b7b" in said and "/m/027k49j" in said and said.startswith("truth.csv, line 7")

    def test_mids_before_names_without_a_comma(self, tmp_path: Path) -> None:
        assert listed(tmp_path, "/m/01yrx Cat\n/m/0bt9lr\tDog, big\n", "a.txt") == (
            Label("/m/01yrx", "Cat"),
            Label("/m/0bt9lr", "Dog, big"),
        )

    def test_a_slug_that_two_names_share_finds_neither(self, tmp_path: Path) -> None:
        index = LabelIndex(listed(tmp_path, "C\nC++\nC#\n", "a.txt"))
        assert [index.find(name) for name in ("C", "C++", "C#")] == [0, 1, 2]
        with pytest.raises(PocketlensError):
            index.find("c")
        assert index.find("D") is None


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

    def test_it_tells_of_names_that_classes_share(self, tmp_path: Path) -> None:
        (tmp_path / "list.csv").write_text("/m/01b7b,Bishop\n/m/027k49j,Bishop\n/m/0449p,Jaguar\n")
        result = run(tmp_path / "list.csv")
        assert result.exit_code == 0
        assert "2 classes are called Bishop: /m/01b7b, /m/027k49j" in result.output

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


def test_the_challenges_500_are_boxable_classes_in_the_order_of_its_own_file() -> None:
    labels = read_class_list(ROOT / "labels/openimages-challenge.csv")
    assert len(labels) == 500
    assert set(labels) < set(read_class_list(OFFICIAL))  # the same names for the same MIDs
    # Rows as public detectors trained on the challenge number them, the four doubtful ones too.
    known = {0: "/m/061hd_", 6: "/m/0jbk", 14: "/m/076lb9", 71: "/m/0cvnqh", 325: "/m/04rmv"}
    known |= {449: "/m/020lf", 499: "/m/09g1w"}
    assert {row: labels[row].mid for row in known} == known
