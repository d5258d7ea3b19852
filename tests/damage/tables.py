"""Damage to the tables."""

from __future__ import annotations

from tests.damage.base import (
    HIERARCHY,
    LABELS,
    NAMES,
    THRESHOLDS,
    Case,
    replaced,
    with_file,
    zipped,
)

LABEL_DAMAGE: list[tuple[str, str, str | bytes]] = [
    ("labels-empty", "bad_labels", ""),
    ("labels-header", "bad_labels", LABELS.replace("index,mid,name", "id,mid,name")),
    ("labels-no-header", "bad_labels", LABELS.split("\n", 1)[1]),
    ("labels-bom", "bad_labels", b"\xef\xbb\xbf" + LABELS.encode()),
    ("labels-crlf", "bad_labels", LABELS.replace("\n", "\r\n")),
    ("labels-no-line-end", "bad_labels", LABELS[:-1]),
    ("labels-blank-line", "bad_labels", LABELS.replace("\n1,", "\n\n1,")),
    ("labels-blank-last-line", "bad_labels", LABELS + "\n"),
    ("labels-tab", "bad_labels", LABELS.replace("Animal", "Ani\tmal")),
    ("labels-nul", "bad_labels", LABELS.replace("Animal", "Ani\0mal")),
    ("labels-delete", "bad_labels", LABELS.replace("Animal", "Ani\x7fmal")),
    ("labels-not-utf8", "bad_labels", LABELS.encode().replace(b"Animal", b"Anim\xe4l")),
    ("labels-overlong-utf8", "bad_labels", LABELS.encode().replace(b"Animal", b"A\xc1\x81")),
    ("labels-surrogate-utf8", "bad_labels", LABELS.encode().replace(b"Animal", b"\xed\xa0\x80")),
    ("labels-beyond-unicode", "bad_labels", LABELS.encode().replace(b"Anim", b"\xf4\x90\x80\x80")),
    ("labels-cut-utf8", "bad_labels", LABELS.encode().replace(b"Animal", b"Anim\xe7\x8c")),
    ("labels-quote-open", "bad_labels", LABELS.replace("Animal", '"Animal')),
    ("labels-quote-then-text", "bad_labels", LABELS.replace("Animal", '"Ani"mal')),
    ("labels-quote-inside", "bad_labels", LABELS.replace("Animal", 'Ani"mal')),
    ("labels-quoted-line-end", "bad_labels", LABELS.replace("Animal", '"Ani\nmal"')),
    ("labels-quoted-header", "bad_labels", LABELS.replace("index,", '"index",', 1)),
    ("labels-two-fields", "bad_labels", LABELS.replace(",Animal", "")),
    ("labels-four-fields", "bad_labels", LABELS.replace("Animal", "Animal,")),
    ("labels-index-gap", "bad_labels", LABELS.replace("\n1,", "\n2,")),
    ("labels-index-zeros", "bad_labels", LABELS.replace("\n1,", "\n01,")),
    ("labels-index-sign", "bad_labels", LABELS.replace("\n1,", "\n+1,")),
    ("labels-index-huge", "bad_labels", LABELS.replace("\n1,", "\n18446744073709551617,")),
    ("labels-mid-empty", "bad_labels", LABELS.replace("/m/0jbk", "")),
    ("labels-mid-form", "bad_labels", LABELS.replace("/m/0jbk", "/n/0jbk")),
    ("labels-mid-upper-case", "bad_labels", LABELS.replace("/m/0jbk", "/m/0JBK")),
    ("labels-mid-long", "bad_labels", LABELS.replace("/m/0jbk", "/m/" + "0" * 61)),
    ("labels-own-empty", "bad_labels", LABELS.replace("own/tea_pot", "own/")),
    ("labels-name-empty", "bad_labels", LABELS.replace("Animal", "")),
    ("labels-name-space", "bad_labels", LABELS.replace("Animal", "Animal ")),
    ("labels-name-long", "bad_labels", LABELS.replace("Animal", "é" * 200 + "x")),
    ("labels-duplicate-mid", "duplicate_mid", LABELS.replace("/m/0jbk", "/m/01yrx")),
    ("labels-too-few", "label_count_mismatch", "\n".join(LABELS.split("\n")[:3]) + "\n"),
    ("labels-too-many", "label_count_mismatch", LABELS + "3,/m/0,Extra\n"),
    ("labels-none", "label_count_mismatch", "index,mid,name\n"),
]


def threshold_damage() -> list[tuple[str, str, str]]:
    """Damage to thresholds.csv."""
    good = "1,/m/0jbk,0.5,default,,,,\n"

    def line(text: str) -> str:
        return replaced(THRESHOLDS, good, text)

    def value(text: str) -> str:
        return line(f"1,/m/0jbk,{text},default,,,,\n")

    bad = [
        ("header", THRESHOLDS.replace("support", "count", 1)),
        ("mid-differs", line("1,/m/0bt9lr,0.5,default,,,,\n")),
        ("index-differs", line("2,/m/0jbk,0.5,default,,,,\n")),
        ("line-missing", line("")),
        ("line-cut", "\n".join(THRESHOLDS.split("\n")[:3]) + "\n"),
        ("line-more", THRESHOLDS + "3,own/more,0.5,default,,,,\n"),
        ("fields", line("1,/m/0jbk,0.5,default,,,\n")),
        ("status", line("1,/m/0jbk,0.5,guessed,,,,\n")),
        ("status-empty", line("1,/m/0jbk,0.5,,,,,\n")),
        ("precision-above-one", line("1,/m/0jbk,0.5,default,1.5,,,\n")),
        ("recall-text", line("1,/m/0jbk,0.5,default,,much,,\n")),
        ("f1-nan", line("1,/m/0jbk,0.5,default,,,nan,\n")),
        ("support-negative", line("1,/m/0jbk,0.5,default,,,,-1\n")),
        ("support-fraction", line("1,/m/0jbk,0.5,default,,,,1.5\n")),
        ("support-huge", line("1,/m/0jbk,0.5,default,,,,2147483648\n")),
    ]
    texts = ["", "half", "nan", "inf", "-inf", "0x1p-1", " 0.5", "+0.5", ".5", "5.", "0,5"]
    texts += ["1e", "0.5f", "1_0", "٠.٥", "0." + "1" * 39]
    outside = [
        "0",
        "1",
        "-0.1",
        "1.5",
        "0e0",
        "-0",
        "1e-60",
        "1e-999",
        "1e-45",
        "1.17e-38",
        "0.99999999999",
        "1e999",
    ]
    out = [(f"thresholds-{name}", "bad_thresholds", text) for name, text in bad]
    for index, text in enumerate(texts):
        out.append((f"thresholds-no-number-{index:02}", "bad_thresholds", value(text)))
    for index, text in enumerate(outside):
        out.append((f"thresholds-outside-{index:02}", "threshold_out_of_range", value(text)))
    return out


HIERARCHY_DAMAGE: list[tuple[str, str, str]] = [
    ("hierarchy-header", "bad_hierarchy", HIERARCHY.replace("parent,child", "child,parent")),
    ("hierarchy-empty", "bad_hierarchy", ""),
    ("hierarchy-unknown-child", "bad_hierarchy", HIERARCHY + "/m/0jbk,/m/0bt9lr\n"),
    ("hierarchy-unknown-parent", "bad_hierarchy", HIERARCHY + "/m/0bl9f,/m/0jbk\n"),
    ("hierarchy-self", "bad_hierarchy", HIERARCHY + "/m/0jbk,/m/0jbk\n"),
    ("hierarchy-twice", "bad_hierarchy", HIERARCHY + "/m/0jbk,/m/01yrx\n"),
    ("hierarchy-cycle", "bad_hierarchy", HIERARCHY + "/m/01yrx,/m/0jbk\n"),
    (
        "hierarchy-long-cycle",
        "bad_hierarchy",
        HIERARCHY + "/m/01yrx,own/tea_pot\nown/tea_pot,/m/0jbk\n",
    ),
    ("hierarchy-fields", "bad_hierarchy", HIERARCHY + "/m/0jbk\n"),
]
NAMES_DAMAGE: list[tuple[str, str, str]] = [
    ("names-header", "bad_names", NAMES.replace("mid,name", "mid,label")),
    ("names-unknown-mid", "bad_names", NAMES + "/m/0bt9lr,狗\n"),
    ("names-empty-name", "bad_names", NAMES + "/m/0jbk,\n"),
    ("names-space", "bad_names", NAMES + "/m/0jbk, 动物\n"),
    ("names-duplicate-mid", "duplicate_mid", NAMES + "/m/01yrx,猫咪\n"),
]


def cases() -> list[Case]:
    """Every damage to a table; the manifest tells the truth about the damaged file."""
    tables = {
        "labels.csv": LABEL_DAMAGE,
        "thresholds.csv": threshold_damage(),
        "hierarchy.csv": HIERARCHY_DAMAGE,
        "names.zh.csv": NAMES_DAMAGE,
    }
    return [
        (name, error, zipped(with_file(file, data)))
        for file, damage in tables.items()
        for name, error, data in damage
    ]
