"""Compile one Android module's resources with aapt2: R, a resource table and Robolectric's settings.

Called by the Maven build of each module. Reads `src/main/AndroidManifest.xml` and, where they are,
`src/main/res` and `src/main/assets`; writes under the module's target folder:

* `generated-sources/r/…/R.java`
* `aapt/base.apk` (manifest, resource table, compiled resources) and `aapt/res.zip`
* `aapt/AndroidManifest.xml` (the manifest with its package, for aapt2 and Robolectric)
* `assets/` (the module's assets and, for the app, the model package as `packages/NAME.zip`)
* `test-classes/com/android/tools/test_config.properties` (what Robolectric reads)
"""

import argparse
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

ANDROID = "http://schemas.android.com/apk/res/android"
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def run(command):
    """Run a program quietly; its output is shown when it fails."""
    done = subprocess.run(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed with exit code {done.returncode}:\n{done.stdout}")


def manifest_with_package(source, target, options, with_sdk):
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


def link(options, out, resources):
    """Link manifest and resources into base.apk and write R.java."""
    generated = options.target / "generated-sources" / "r"
    shutil.rmtree(generated, ignore_errors=True)
    generated.mkdir(parents=True)
    command = ["aapt2", "link", "-o", out / "base.apk", "-I", options.android_jar]
    command += ["--manifest", out / "link" / "AndroidManifest.xml", "--java", generated]
    command += ["--min-sdk-version", options.min_sdk, "--target-sdk-version", options.target_sdk]
    command += ["--version-code", options.version_code, "--version-name", options.version_name]
    run(command + (["--auto-add-overlay", resources] if resources else []))


def compile_resources(options, out):
    """The module's compiled resources, or None where it has none."""
    folder = options.module / "src" / "main" / "res"
    if not folder.is_dir():
        return None
    run(["aapt2", "compile", "--dir", folder, "-o", out / "res.zip"])
    return out / "res.zip"


def pack_model(package, assets):
    """Put a package folder as a zip with stored entries among the assets, unless it is there."""
    target = assets / "packages" / f"{package.name}.zip"
    files = sorted(path for path in package.iterdir() if path.is_file())
    newest = max(path.stat().st_mtime for path in files)
    if target.is_file() and target.stat().st_mtime >= newest:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
        for path in files:
            archive.writestr(zipfile.ZipInfo(path.name, ZIP_TIME), path.read_bytes())
    partial.replace(target)


def collect_assets(options):
    """The assets folder as it will be in the APK."""
    assets = options.target / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    source = options.module / "src" / "main" / "assets"
    if source.is_dir():
        shutil.copytree(source, assets, dirs_exist_ok=True)
    if (options.package / "model.json").is_file():
        pack_model(options.package, assets)
    return assets


def tell_robolectric(options, out, assets):
    """Write the file by which Robolectric finds manifest, resources and assets."""
    folder = options.target / "test-classes" / "com" / "android" / "tools"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f"android_merged_manifest={out / 'AndroidManifest.xml'}",
        f"android_resource_apk={out / 'base.apk'}",
        f"android_merged_assets={assets}",
        f"android_custom_package={options.namespace}",
    ]
    (folder / "test_config.properties").write_text("\n".join(lines) + "\n")


def arguments():
    """The command line; folders as absolute paths."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--android-jar", type=Path, required=True)
    parser.add_argument("--package", type=Path, required=True, help="model package folder")
    for name in ("namespace", "min-sdk", "target-sdk", "version-code", "version-name"):
        parser.add_argument(f"--{name}", required=True)
    return parser.parse_args()


def main():
    """Compile, link and describe one module's resources."""
    options = arguments()
    out = options.target / "aapt"
    (out / "link").mkdir(parents=True, exist_ok=True)
    source = options.module / "src" / "main" / "AndroidManifest.xml"
    manifest_with_package(source, out / "AndroidManifest.xml", options, with_sdk=True)
    manifest_with_package(source, out / "link" / "AndroidManifest.xml", options, with_sdk=False)
    link(options, out, compile_resources(options, out))
    tell_robolectric(options, out, collect_assets(options))


if __name__ == "__main__":
    main()
