"""Class lists in YAML, JSON and TensorFlow's label maps.

YOLO's data.yaml (`names`, `nc`), Hugging Face's config.json (`id2label`), Keras' class index,
PyTorch's map of names to numbers, and plain lists and maps. The files are read as nodes: no text
becomes a truth value (`no` is a name), a doubled key is seen, and lines are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from tools.errors import PocketlensError
from tools.lists.list_forms import (
    DIGITS,
    ERROR,
    WNID,
    Entry,
    by_header,
    columns_of,
    id_of,
    number_of,
)
from tools.package.tables import Row, decode, is_mid

KEYS = ("names", "id2label", "labels", "classes", "categories")  # the first that is there


def entries_of_tree(data: bytes, file: str) -> list[Entry]:
    """What a YAML or JSON file lists. Raises bad_labels and class_count_mismatch."""
    text = decode(data, file, ERROR, loose=True).replace("\t", " ")
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        said = " ".join(str(error).split())[:200]
        raise PocketlensError(ERROR, f"{file} is not valid: {said}.") from None
    found = _list_in(root, file)
    return list(_nodes(found, file))


def entries_of_map(data: bytes, file: str) -> list[Entry]:
    """What TensorFlow's label map lists: `item { id: 1 name: 'cat' }`. Raises bad_labels."""
    text = decode(data, file, ERROR, loose=True)
    entries = []
    for item in re.finditer(r"item\s*\{(.*?)\}", text, re.DOTALL):
        fields = dict(re.findall(r"(\w+)\s*:\s*(\d+|'[^'\n]*'|\"[^\"\n]*\")", item.group(1)))
        line = text[: item.start()].count("\n") + 1
        row = Row(file, line, (" ".join(item.group(1).split()),), ERROR)
        name = fields.get("display_name") or fields.get("name")
        if name is None or "id" not in fields:
            raise row.mistake("the item", "an id and a name")
        entries.append(Entry(row, name[1:-1], "", number_of(row, fields["id"])))
    if not entries:
        raise PocketlensError(
            ERROR, f"{file} lists no item.", expected="item { id: 1 name: 'cat' }"
        )
    return entries


def _list_in(root: yaml.Node | None, file: str) -> yaml.Node:
    """The part that lists the classes."""
    lists = (yaml.MappingNode, yaml.SequenceNode)
    if isinstance(root, yaml.MappingNode):
        inside = {key.value: value for key, value in root.value if isinstance(key.value, str)}
        for key in KEYS:
            listed = inside.get(key)
            if isinstance(listed, lists):
                _check_count(inside, key, file)
                return listed
    if isinstance(root, lists) and root.value:
        return root
    raise PocketlensError(
        ERROR,
        f"{file} lists no classes.",
        expected=f"a list of names, a map of numbers to names, or one of them as {KEYS[0]}",
    )


def _check_count(inside: dict[str, yaml.Node], key: str, file: str) -> None:
    """YOLO's `nc` must be the length of its `names`."""
    told, listed = inside.get("nc"), len(inside[key].value)
    if told is not None and told.value != str(listed):
        raise PocketlensError(
            "class_count_mismatch", f"{file}: nc is {told.value}, but {key} lists {listed}."
        )


def _nodes(found: yaml.Node, file: str) -> Iterator[Entry]:
    if isinstance(found, yaml.SequenceNode):
        for item in found.value:
            yield _item(item, _row(item, file))
        return
    pairs = [(_scalar(key, _row(key, file)), value) for key, value in found.value]
    swapped = not all(DIGITS.fullmatch(key) for key, _ in pairs) and all(
        isinstance(value, yaml.ScalarNode) and DIGITS.fullmatch(value.value) for _, value in pairs
    )
    for key, value in pairs:
        row = _row(value, file, key)
        if swapped:  # names to numbers, as PyTorch's class_to_idx
            yield Entry(row, key, "", number_of(row, _scalar(value, row)))
        elif is_mid(key) or WNID.fullmatch(key):
            yield Entry(row, _scalar(value, row), id_of(key))
        else:
            entry = _item(value, row)
            yield Entry(row, entry.name, entry.mid, number_of(row, key))


def _item(item: yaml.Node, row: Row) -> Entry:
    """A name, or a pair of id and name, or a map with the columns of a table."""
    if isinstance(item, yaml.MappingNode):
        titles = [_scalar(key, row) for key, _ in item.value]
        columns = columns_of(titles)
        if not columns:
            raise row.mistake("the class", "a name in every entry")
        cells = tuple(
            _text(value) if isinstance(value, yaml.ScalarNode) else "" for _, value in item.value
        )
        return by_header(Row(row.file, row.line, cells, ERROR), columns, len(cells))
    if isinstance(item, yaml.SequenceNode):
        if len(item.value) != 2:
            raise row.mistake("the class", "a name, or an id and a name")
        return Entry(row, _scalar(item.value[1], row), id_of(_scalar(item.value[0], row)))
    return Entry(row, _scalar(item, row))


def _row(node: yaml.Node, file: str, key: str = "") -> Row:
    shown = f"{key}: {_text(node)}" if key else _text(node)
    return Row(file, node.start_mark.line + 1, (shown,), ERROR)


def _scalar(node: yaml.Node, row: Row) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise row.mistake("the class", "a name")
    return _text(node)


def _text(node: yaml.Node) -> str:
    """A scalar's text; JSON's pairs of surrogates become the character that they stand for."""
    value = str(node.value) if isinstance(node.value, str) else "…"
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()
