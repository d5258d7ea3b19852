"""A release's stack trace, read back to the names of the sources with ProGuard's mapping."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator


def lines(mapping: str, trace: str) -> Iterator[str]:
    """The trace's lines with old names; where a new name stands for several methods, with all."""
    classes: dict[str, str] = {}
    methods: dict[tuple[str, str], set[str]] = defaultdict(set)
    owner = ""
    for line in mapping.splitlines():
        if found := re.fullmatch(r"(\S+) -> (\S+):", line):
            owner, new = found.groups()
            classes[new] = owner
        elif found := re.fullmatch(r"\s+.* (\S+)\(.*\)(?::\d+)* -> (\S+)", line):
            methods[owner, found[2]].add(found[1].removeprefix(owner + "."))

    def frame(found: re.Match[str]) -> str:
        old = classes.get(found[1], found[1])
        return f"at {old}.{' or '.join(sorted(methods.get((old, found[2]), {found[2]})))}("

    def name(found: re.Match[str]) -> str:
        return classes.get(found[0], found[0])

    for line in trace.splitlines():
        if re.match(r"\s*at ", line):
            yield re.sub(r"at ([\w.$]+)\.([\w$<>]+)\(", frame, line)
        else:
            yield re.sub(r"^[\w.$]+(?=:|$)|(?<=Caused by: )[\w.$]+", name, line)
