"""Compile one module's resources with aapt2: R, a resource table and Robolectric's settings.

Called by the Maven build of each module. Reads `src/main/AndroidManifest.xml` and, where they are,
`src/main/res` and `src/main/assets`; writes under the module's target folder:

* `generated-sources/r/…/R.java`
* `aapt/base.apk` (manifest, resources, assets: what Robolectric runs on) and `aapt/res.zip`
* `aapt/keep.pro` (what manifest and layouts name, for R8)
* `aapt/AndroidManifest.xml` (the manifest with its package, for aapt2 and Robolectric)
* `assets/` (the module's assets and the model package as `packages/NAME.zip`)
* `test-classes/com/android/tools/test_config.properties` (what Robolectric reads)
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

PACKAGING = Path(__file__).resolve().parent
ANDROID = "http://schemas.android.com/apk/res/android"


class Options(argparse.Namespace):
    """The command line: folders, and what Gradle would know of the module."""

    module: Path
    target: Path
    android_jar: Path
    package: Path
    tested: Path | None
    asset: list[str]
    namespace: str
    min_sdk: str
    target_sdk: str
    version_code: str
    version_name: str


def run(command: list[object]) -> None:
    """Run a program quietly; its output is shown when it fails."""
    done = subprocess.run(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed with exit code {done.returncode}:\n{done.stdout}")


def manifest_with_package(source: Path, target: Path, options: Options, with_sdk: bool) -> None:
    """Write the manifest with what Gradle would merge in: package and, for Robolectric, SDK levels.

    aapt2 gets the SDK levels as options: its target level may then be newer than the resource
    table it links against.
    """
    ElementTree.register_namespace("android", ANDROID)
    tree = ElementTree.parse(source)
    root = tree.getroot()
    root.set("package", options.namespace)
    if with_sdk:
        sdk = ElementTree.Element("uses-sdk")
        sdk.set(f"{{{ANDROID}}}minSdkVersion", options.min_sdk)
        sdk.set(f"{{{ANDROID}}}targetSdkVersion", options.target_sdk)
        root.insert(0, sdk)
    tree.write(target, encoding="utf-8", xml_declaration=True)


def link(options: Options, out: Path, resources: Path | None, assets: Path) -> None:
    """Link manifest, resources and assets into base.apk and write R.java."""
    generated = options.target / "generated-sources" / "r"
    shutil.rmtree(generated, ignore_errors=True)
    generated.mkdir(parents=True)
    manifest = (options.tested / "aapt" if options.tested else out) / "link" / "AndroidManifest.xml"
    command: list[object] = ["aapt2", "link", "-o", out / "base.apk", "-I", options.android_jar]
    command += ["--manifest", manifest, "--java", generated, "--proguard", out / "keep.pro"]
    command += ["--min-sdk-version", options.min_sdk, "--target-sdk-version", options.target_sdk]
    command += ["--version-code", options.version_code, "--version-name", options.version_name]
    command += ["-A", assets, "-0", ".zip"]
    run(command + (["--auto-add-overlay", resources] if resources else []))


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
    parser.add_argument("--android-jar", type=Path, required=True)
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
    (out / "link").mkdir(parents=True, exist_ok=True)
    source = options.module / "src" / "main" / "AndroidManifest.xml"
    manifest_with_package(source, out / "AndroidManifest.xml", options, with_sdk=True)
    manifest_with_package(source, out / "link" / "AndroidManifest.xml", options, with_sdk=False)
    assets = collect_assets(options)
    link(options, out, compile_resources(options, out), assets)
    tell_robolectric(options, out, assets)


if __name__ == "__main__":
    main()
