"""The version catalog of the Gradle project, which Maven's modules take their versions from.

Maven reads no catalog: each of its `[versions]` is handed over as a property `version.NAME`, and
the tables of libraries (headless/libraries) become POMs of their own under headless/target.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

HEADLESS = Path(__file__).resolve().parent.parent
CATALOG = HEADLESS.parent / "gradle" / "libs.versions.toml"
TABLES = ("app", "device", "tests")
_POM = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent>
    <groupId>io.pocketlens</groupId>
    <artifactId>libraries</artifactId>
    <version>${{revision}}</version>
    <relativePath>../../libraries/pom.xml</relativePath>
  </parent>
  <artifactId>libraries-{name}</artifactId>
  <packaging>jar</packaging>
  <dependencies>{dependencies}
  </dependencies>
</project>
"""
# A jar reaches the modules as it is; of an AAR, libraries.py takes the classes out.
_DEPENDENCY = """
    <dependency>
      <groupId>{one.group}</groupId>
      <artifactId>{one.artifact}</artifactId>
      <version>{one.version}</version>
      <type>{one.type}</type>
      <scope>{one.scope}</scope>
      <exclusions>
        <exclusion>
          <groupId>*</groupId>
          <artifactId>*</artifactId>
        </exclusion>
      </exclusions>
    </dependency>"""


def versions() -> dict[str, str]:
    """The catalog's versions by their names."""
    table = CATALOG.read_text(encoding="utf-8").split("[versions]")[1].split("\n[")[0]
    return dict(re.findall(r'^(\w+) *= *"([^"]+)"', table, re.M))


def maven_properties() -> list[str]:
    """What Maven's command line says of the catalog."""
    known = versions()
    named = [f"-Dversion.{name}={version}" for name, version in known.items()]
    given = os.environ.get("POCKETLENS_M2")
    where = [f"-Dmaven.repo.local={given}"] if given else []
    return [f"-Drevision={known['pocketlens']}", *named, *where]


@dataclass(frozen=True)
class Row:
    """An artifact of a table of libraries."""

    group: str
    artifact: str
    version: str
    type: str

    @property
    def scope(self) -> str:
        """Maven's: a jar goes on to the modules that depend on these libraries, an AAR does not."""
        return "provided" if self.type == "aar" else "compile"


def rows(name: str) -> list[Row]:
    """The table headless/libraries/NAME.txt with the catalog's versions."""
    known = versions()
    lines = (HEADLESS / "libraries" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    words = [line.split(":") for line in lines if line and not line.startswith("#")]
    return [
        Row(group, artifact, known[version[1:]] if version.startswith("@") else version, kind)
        for group, artifact, version, kind in words
    ]


def write_poms() -> None:
    """The modules `libraries-app` and `libraries-tests` from their tables."""
    for name in TABLES:
        named = [_DEPENDENCY.format(one=row) for row in rows(name)]
        text = _POM.format(name=name, dependencies="".join(named))
        pom = HEADLESS / "target" / f"libraries-{name}" / "pom.xml"
        if not pom.is_file() or pom.read_text(encoding="utf-8") != text:
            pom.parent.mkdir(parents=True, exist_ok=True)
            pom.write_text(text, encoding="utf-8")
