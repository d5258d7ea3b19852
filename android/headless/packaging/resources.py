"""Compile one module's resources with aapt2: R, a resource table and Robolectric's settings.

Called by the Maven build of each module. Reads `src/main/AndroidManifest.xml` and, where they are,
`src/main/res` and `src/main/assets`, and what libraries.py has unpacked of the module's libraries;
writes under the module's target folder:

* `generated-sources/r/…/R.java`, also for each library
* `aapt/base.apk` (manifest, resources, assets: what Robolectric runs on) and `aapt/res.zip`
* `aapt/keep.pro` (what manifest and layouts name, for R8)
* `aapt/AndroidManifest.xml` (the merged manifest, for Robolectric), `aapt/link/…` (for aapt2)
* `assets/` (the module's assets and the model package as `packages/NAME.zip`)
* `test-classes/com/android/tools/test_config.properties` (what Robolectric reads)
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

import libraries
import manifests

PACKAGING = Path(__file__).resolve().parent


class Options(argparse.Namespace):
    """The command line: folders, and what Gradle would know of the module."""

    module: Path
    target: Path
    framework: Path
    libraries: Path | None
    tested_libraries: Path | None
    test_libraries: Path
    debug_library: list[str]
    linked_module: list[Path]
    package: Path
    tested: Path | None
    asset: list[str]
    namespace: str
    min_sdk: str
    target_sdk: str
    version_code: str
    version_name: str

    @property
    def unpacked(self) -> list[Path]:
        """The folders of the module's AARs."""
        return libraries.listed(self.libraries) if self.libraries else []

    @property
    def facts(self) -> manifests.Facts:
        """What goes into the manifest."""
        return manifests.Facts(self.namespace, self.min_sdk, self.target_sdk)


def run(command: list[object]) -> None:
    """Run a program quietly; its output is shown when it fails."""
    done = subprocess.run(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed with exit code {done.returncode}:\n{done.stdout}")


def merge_manifests(options: Options, out: Path) -> None:
    """Write the debug build's manifest, for Robolectric, and the release's for aapt2."""
    source = options.module / "src" / "main" / "AndroidManifest.xml"
    added = manifests_in(options.unpacked)
    added += [one / "aapt" / "AndroidManifest.xml" for one in options.linked_module]
    debug = manifests_in(debug_libraries(options))
    merged, released = out / "AndroidManifest.xml", out / "release" / "AndroidManifest.xml"
    manifests.merge(source, added, released, options.facts)
    if debug:
        manifests.merge(source, added + debug, merged, options.facts)
    else:
        shutil.copyfile(released, merged)
    manifests.without_levels(released, out / "link" / "AndroidManifest.xml")
    manifests.without_levels(merged, out / "debug" / "AndroidManifest.xml")


def debug_libraries(options: Options) -> list[Path]:
    """The folders of the AARs that are for the debug build alone, among those of the tests."""
    known = libraries.listed(options.test_libraries) if options.debug_library else []
    return [
        one for one in known for name in options.debug_library if one.name.startswith(f"{name}-")
    ]


def manifests_in(unpacked: Iterable[Path]) -> list[Path]:
    """The manifests of AARs."""
    return [folder / "AndroidManifest.xml" for folder in unpacked]


def link(options: Options, out: Path, resources: Path | None, assets: Path) -> None:
    """Link manifest, resources and assets into base.apk, and write R.java and R8's rules.

    Robolectric reads the manifest of base.apk, so it is the debug build's; the rules are of the
    release's.
    """
    generated = options.target / "generated-sources" / "r"
    shutil.rmtree(generated, ignore_errors=True)
    generated.mkdir(parents=True)
    place = options.tested / "aapt" if options.tested else out
    command: list[object] = ["aapt2", "link", "-I", options.framework]
    command += ["--min-sdk-version", options.min_sdk, "--target-sdk-version", options.target_sdk]
    command += ["--version-code", options.version_code, "--version-name", options.version_name]
    command += ["-A", assets, "-0", ".zip", "--auto-add-overlay"]
    command += ["--warn-manifest-validation"]  # Debian's aapt2 is older than <queries>
    command += resource_options(options, resources)
    debug, release = (place / name / "AndroidManifest.xml" for name in ("debug", "link"))
    run([*command, "-o", out / "base.apk", "--manifest", debug, "--java", generated])
    rules: list[object] = ["--manifest", release, "--proguard", out / "keep.pro"]
    run([*command, "-o", out / "release" / "base.apk", *rules])


def locale_filters(module: Path) -> list[str]:
    """The languages that an app keeps of its libraries, as its Gradle script says; none for all."""
    script = (module / "build.gradle").read_text(encoding="utf-8")
    said = re.search(r"localeFilters \+= \[([^\]]*)\]", script)
    return re.findall(r"'([^']+)'", said.group(1)) if said else []


def resource_options(options: Options, resources: Path | None) -> list[object]:
    """What is linked, the module's own last, in which languages, and who gets an R."""
    out: list[object] = []
    if languages := locale_filters(options.module):
        out += ["-c", ",".join(languages)]
    beside = libraries.listed(options.tested_libraries) if options.tested_libraries else []
    for one in filter(None, [*libraries.compiled([*options.unpacked, *beside]), resources]):
        out += ["-R", one]
    roots = [ElementTree.parse(one).getroot() for one in manifests_in(options.unpacked)]
    packages = sorted({root.get("package", "") for root in roots} - {""})
    return out + (["--extra-packages", ":".join(packages)] if packages else [])


def compile_resources(options: Options, out: Path) -> Path | None:
    """The compiled resources of the module, or of the app that it tests; None where it has none."""
    if options.tested:
        return options.tested / "aapt" / "res.zip"
    folder = options.module / "src" / "main" / "res"
    if not folder.is_dir():
        return None
    run(["aapt2", "compile", "--dir", folder, "-o", out / "res.zip"])
    return out / "res.zip"


def pack_model(package: Path, target: Path) -> None:
    """Put the package among the assets; its own program, for it needs the tools' environment."""
    python = PACKAGING.parents[2] / ".venv" / "bin" / "python"
    run([python if python.exists() else sys.executable, PACKAGING / "model.py", package, target])


def copy_assets(source: Path, target: Path) -> None:
    """Copy the plain files of a folder and its folders; links cannot travel in an APK."""
    for path in sorted(source.rglob("*")):
        inside = path.relative_to(source)
        if path.is_file() and not path.is_symlink():
            (target / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / inside)


def collect_assets(options: Options) -> Path:
    """The assets folder as it will be in the APK."""
    assets = options.target / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    for old in assets.iterdir():
        if old.name != "packages":  # the model is large; pack_model keeps it up to date
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    source = options.module / "src" / "main" / "assets"
    if source.is_dir():
        copy_assets(source, assets)
    for name, folder in (pair.split("=", 1) for pair in options.asset):
        copy_assets(Path(folder), assets / name)
    pack_model(options.package, assets / "packages" / f"{options.package.name}.zip")
    return assets


def tell_robolectric(options: Options, out: Path, assets: Path) -> None:
    """Write the file by which Robolectric finds manifest, resources and assets."""
    manifest = (options.tested / "aapt" if options.tested else out) / "AndroidManifest.xml"
    folder = options.target / "test-classes" / "com" / "android" / "tools"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f"android_merged_manifest={manifest}",
        f"android_resource_apk={out / 'base.apk'}",
        f"android_merged_assets={assets}",
        f"android_custom_package={ElementTree.parse(manifest).getroot().get('package')}",
    ]
    (folder / "test_config.properties").write_text("\n".join(lines) + "\n")


def arguments() -> Options:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--framework", type=Path, required=True, help="Android's resources")
    parser.add_argument("--libraries", type=Path, help="target folder of the module's AARs")
    parser.add_argument("--tested-libraries", type=Path, help="that of the tested app's")
    parser.add_argument("--test-libraries", type=Path, help="target folder of the tests' libraries")
    parser.add_argument(
        "--debug-library", action="append", default=[], help="one of those, by name"
    )
    parser.add_argument(
        "--linked-module", type=Path, action="append", default=[], help="target folder of one"
    )
    parser.add_argument("--package", type=Path, required=True, help="model package folder")
    parser.add_argument("--tested", type=Path, help="target folder of the app that is tested")
    parser.add_argument("--asset", action="append", default=[], help="NAME=FOLDER, more assets")
    for name in ("namespace", "min-sdk", "target-sdk", "version-code", "version-name"):
        parser.add_argument(f"--{name}", required=True)
    return parser.parse_args(namespace=Options())


def main() -> None:
    """Compile, link and describe one module's resources."""
    options = arguments()
    out = options.target / "aapt"
    (out / "release").mkdir(parents=True, exist_ok=True)
    merge_manifests(options, out)
    assets = collect_assets(options)
    link(options, out, compile_resources(options, out), assets)
    tell_robolectric(options, out, assets)


if __name__ == "__main__":
    main()
