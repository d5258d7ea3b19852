"""What linters say of the Kotlin sources and resources: ktlint, detekt, resources nobody uses."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

from jvm import JAVA
from project import ANDROID, HEADLESS, built

MODULES = ("classifier", "classifier-testing", "classifier-coroutines", "app", "sample", "device")
_VALUES = {"array": "array", "string-array": "array"}  # other tags are the kind they define
# Names that the framework or another file uses without saying so in the sources.
_USED = {("style", "App")}


def findings() -> list[str]:
    """One line a finding; none when all is clean. Needs what Maven's module `lint` has written."""
    jars = (built("lint") / "classpath.txt").read_text().strip().split(":")
    ktlint = next(jar for jar in jars if "ktlint-cli" in jar)
    detekt = ":".join(jar for jar in jars if jar != ktlint)
    patterns = [f"{name}/src/**/*.kt" for name in MODULES]
    rules = ["--config", str(HEADLESS / "detekt.yml"), "--build-upon-default-config"]
    sources = ["--input", ",".join(f"{name}/src" for name in MODULES)]
    main = "io.gitlab.arturbosch.detekt.cli.Main"
    return [
        *_said([*JAVA, "-jar", ktlint, "--relative", *patterns]),
        *_said([*JAVA, "-cp", detekt, main, *rules, *sources]),
        *unused_resources(ANDROID / "app" / "src" / "main"),
    ]


def _said(command: list[str]) -> list[str]:
    """The lines of a linter that found something."""
    done = subprocess.run(
        command, cwd=ANDROID, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode == 0:
        return []
    return [line for line in done.stdout.splitlines() if line.strip()] or [f"{command} failed"]


def unused_resources(module: Path) -> list[str]:
    """Resources of a module's `res` that neither its sources nor its manifest nor others name."""
    resources = module / "res"
    files = [*resources.rglob("*.xml"), module / "AndroidManifest.xml", *module.rglob("*.kt")]
    used = {found for path in files for found in _references(path.read_text(encoding="utf-8"))}
    defined: dict[tuple[str, str], Path] = {}
    for path in sorted(resources.rglob("*.xml")):
        for kind, name in _definitions(path):
            defined.setdefault((kind, name), path)
    return [
        f"{path.relative_to(module)}: nothing uses the {kind} {name}"
        for (kind, name), path in defined.items()
        if (kind, name) not in used | _USED
    ]


def _references(text: str) -> set[tuple[str, str]]:
    """What a file names: R.kind.name, @kind/name, and the parents of styles."""
    named = re.findall(r"\bR\.(\w+)\.(\w+)", text)
    named += [(kind, name.replace(".", "_")) for kind, name in re.findall(r"@(\w+)/([\w.]+)", text)]
    named += [("style", name.replace(".", "_")) for name in re.findall(r'parent="([\w.]+)"', text)]
    return set(named)


def _definitions(path: Path) -> list[tuple[str, str]]:
    """The (kind, name) that a resource file defines: itself, or its values."""
    folder = path.parent.name.split("-")[0]
    if folder != "values":
        return [(folder, path.stem)]
    out = []
    for value in ElementTree.parse(path).getroot():
        kind = value.get("type") or _VALUES.get(value.tag, value.tag)
        out.append((kind, value.get("name", "").replace(".", "_")))
    return out
