"""Android's own lint over the modules, without an SDK: it needs a database of Android's API levels.

That is made from the Androids at hand, those that the tests run on and the one compiled against.
What came in between is known to have come between two of them, no more.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

import catalog
import libraries
from jvm import JAVA
from project import ANDROID, HEADLESS, OUT, built, fail, jar, java, libraries_of, linked, say

MODULES = ("classifier", "classifier-testing", "classifier-coroutines", "app", "sample")
CONFIGURATION = ANDROID / "lint.xml"
_FOLDER = HEADLESS / "android-lint"
_PROBE = _FOLDER / "probe"
_WORK = OUT / "lint"
_PATIENCE = 900  # seconds
_WITH_LIBRARIES = ("app", "classifier-coroutines")
# What lint must find in the probe, so that a blind lint is noticed: issue, and how its line begins.
_FOUND = [
    ("NewApi", "fun unguarded()"),
    ("UnrememberedMutableState", "val forgotten ="),  # by the checks that Compose brings along
]


@dataclass(frozen=True)
class Finding:
    """What lint says of a place."""

    issue: str
    message: str
    file: Path
    line: int

    def __str__(self) -> str:
        where = self.file.relative_to(ANDROID) if self.file.is_relative_to(ANDROID) else self.file
        return f"{where}:{self.line}: {self.message} [{self.issue}]"


def findings() -> list[str]:
    """One line a finding; none when all is clean. Needs Maven's compiled modules."""
    report = _WORK / "report.xml"
    _run(_project(), report)
    found = read(report)
    probed = [one for one in found if one.file.is_relative_to(_PROBE)]
    if blind := blindness([(one.issue, _line(one)) for one in probed]):
        fail(blind)
    return [str(one) for one in found if one not in probed]


def blindness(probed: Sequence[tuple[str, str]]) -> str:
    """What is wrong with the findings (issue, line's text) in the probe; empty if nothing is."""
    pairs = zip(sorted(probed), _FOUND, strict=False)
    same = all(one[0] == want[0] and one[1].startswith(want[1]) for one, want in pairs)
    if same and len(probed) == len(_FOUND):
        return ""
    said = "".join(f"\n  {issue}: {line}" for issue, line in probed) or " nothing"
    return f"Android's lint says of {_PROBE.relative_to(ANDROID)}:{said}\nexpected were {_FOUND}"


def read(report: Path) -> list[Finding]:
    """The findings of a report in XML."""
    found = []
    for issue in ElementTree.parse(report).getroot().iter("issue"):
        place = issue.find("location")
        file, line = ("", "0") if place is None else (place.get("file", ""), place.get("line", "0"))
        where = ANDROID / file  # lint names what lies in the project's folder from there
        found.append(Finding(issue.get("id", "?"), issue.get("message", "?"), where, int(line)))
    return found


def _line(finding: Finding) -> str:
    return finding.file.read_text(encoding="utf-8").splitlines()[finding.line - 1].strip()


def _run(project: Path, report: Path) -> None:
    classpath = (_FOLDER / "target" / "classpath.txt").read_text().strip()
    command = [*JAVA, "-Xmx1500m", f"-DLINT_API_DATABASE={_database()}", "-cp", classpath]
    command += ["com.android.tools.lint.Main", "--project", str(project), "--xml", str(report)]
    command += ["--quiet", "--fullpath", "--config", str(CONFIGURATION)]
    report.unlink(missing_ok=True)
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired:
        fail(f"Android's lint did not end within {_PATIENCE} seconds")
    if not report.is_file():
        fail(f"Android's lint did not run:\n{done.stdout[-4000:]}")


def _androids() -> dict[int, Path]:
    """API level -> the Android of it, the lowest first."""
    folder = HEADLESS / "target" / "robolectric"
    releases = {"8.0.0": 26, "11": 30, "14": 34}
    tested = {
        level: path
        for release, level in releases.items()
        for path in folder.glob(f"android-all-instrumented-{release}[_-]*.jar")
    }
    return {**tested, 35: jar("android-all")}


def _database() -> Path:
    """lint's api-versions.xml, made once for the Androids that there are."""
    androids = _androids()
    program = HEADLESS / "packaging" / "ApiVersions.java"
    said = f"{[path.name for path in androids.values()]} {program.read_text(encoding='utf-8')}"
    key = hashlib.sha256(said.encode()).hexdigest()[:16]
    target = _WORK / f"api-versions-{key}.xml"
    if not target.is_file():
        say(f"making a database of the APIs of Android {', '.join(map(str, androids))}")
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(".part")
        pairs = [f"{level}={path}" for level, path in androids.items()]
        java(program, draft, *pairs)
        draft.rename(target)
    return target


def _project() -> Path:
    """The description of the modules that lint reads in the place of Gradle's model."""
    _WORK.mkdir(parents=True, exist_ok=True)
    lines = ["<project>", f"<root dir={quoteattr(str(ANDROID))}/>"]
    for name in MODULES:
        lines += _module(name)
    lines += _probe()
    target = _WORK / "project.xml"
    target.write_text("\n".join([*lines, "</project>"]), encoding="utf-8")
    return target


def _head(name: str, library: bool) -> str:
    known = catalog.versions()
    return (
        f'<module name="{name}" android="true" library="{str(library).lower()}"'
        f' compile-sdk-version="{known["compileSdk"]}" javaLanguage="{known["java"]}"'
        f' kotlinLanguage="{known["kotlin"].rsplit(".", 1)[0]}">'
    )


def _module(name: str) -> Iterator[str]:
    source, target = ANDROID / name / "src" / "main", built(name)
    yield _head(name, name.startswith("classifier"))
    yield from _files("manifest", "file", [source / "AndroidManifest.xml"])
    yield from _files("merged-manifest", "file", [target / "aapt" / "AndroidManifest.xml"])
    yield from _files("src", "file", sorted((source / "kotlin").rglob("*.kt")))
    yield from _files("resource", "file", sorted((source / "res").rglob("*.xml")))
    # As class files: a module that another one names as such is looked at again for each of these.
    classes = list(dict.fromkeys([target / "classes", built("classifier") / "classes"]))
    yield from _classpath(classes, with_libraries=name in _WITH_LIBRARIES)
    yield "</module>"


def _probe() -> Iterator[str]:
    yield _head("probe", True)
    yield from _files("manifest", "file", [_PROBE / "AndroidManifest.xml"])
    merged = built("classifier") / "aapt" / "AndroidManifest.xml"  # for its SDK levels
    yield from _files("merged-manifest", "file", [merged])
    yield from _files("src", "file", _PROBE.rglob("*.kt"))
    yield from _classpath([], with_libraries=True)
    yield "</module>"


def _classpath(classes: list[Path], with_libraries: bool) -> Iterator[str]:
    known = [*classes, jar("android-all"), jar("kotlin-stdlib")]
    aars = libraries.listed(libraries_of("app")) if with_libraries else []
    if with_libraries:
        known += [path for path in linked("app") if path.suffix == ".jar"]
        known += [path for aar in aars for path in libraries.jars_of(aar)]
    yield from _files("classpath", "jar", known)
    # Compose and others bring checks of their own along.
    yield from _files("lint-checks", "jar", [one for aar in aars for one in aar.glob("lint.jar")])


def _files(tag: str, attribute: str, paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        yield f"<{tag} {attribute}={quoteattr(str(path))}/>"
