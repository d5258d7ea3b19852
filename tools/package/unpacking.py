"""Packages in zips that other programs made: compressed, in a folder, with what Finder adds.

Readers take plain zips alone (README.md, "Zip"); what is unpacked here is written anew by `repack`.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from tools.errors import PocketlensError
from tools.package import manifest as manifests
from tools.package.reader import is_litter

MOST_ENTRIES = 4096  # of the whole archive, with folders and what Finder adds
_ENCRYPTED = 0x1
_CHUNK = 1 << 20


def unpack(archive: Path, folder: Path) -> list[str]:
    """Writes the files of the one package in a zip into a folder; the names of what is left out.

    The package is where `model.json` lies highest; only the files beside it belong to it. Nothing
    is written outside of `folder` or beyond the format's limits. Raises bad_archive, missing_file,
    too_large, path_outside_package and unreadable_file.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            infos = [info for info in opened.infolist() if not _is_folder(info)]
            if len(infos) > MOST_ENTRIES:
                raise _too_large(archive, f"{len(infos)} files", f"at most {MOST_ENTRIES}")
            wanted = [info for info in infos if not _is_left_behind(_path(info))]
            root = _root(archive, wanted)
            inside = [info for info in wanted if _path(info).parent == root]
            if len(inside) > manifests.MOST_FILES:
                raise _too_large(archive, f"{len(inside)} files", f"at most {manifests.MOST_FILES}")
            for info in inside:
                _write(archive, opened, info, folder)
            return [info.filename for info in wanted if _path(info).parent != root]
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _bad(archive, f"it is no zip, or damaged ({error})") from error
    except NotImplementedError as error:
        raise _bad(archive, f"it is packed in a way that is not read here ({error})") from error
    except OSError as error:
        raise PocketlensError(
            "unreadable_file", f"{archive} could not be unpacked: {error.strerror or error}."
        ) from error


def _path(info: zipfile.ZipInfo) -> PurePosixPath:
    """Where an entry lies; some programs of Windows write backslashes."""
    return PurePosixPath(info.filename.replace("\\", "/"))


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.filename.endswith(("/", "\\"))


def _is_left_behind(path: PurePosixPath) -> bool:
    return "__MACOSX" in path.parts or is_litter(path.name)


def _root(archive: Path, infos: Sequence[zipfile.ZipInfo]) -> PurePosixPath:
    """The folder of the highest model.json."""
    found = [_path(info).parent for info in infos if _path(info).name == manifests.FILE]
    if not found:
        names = ", ".join(str(_path(info)) for info in infos[:5])
        raise PocketlensError(
            "missing_file",
            f"{archive} holds no {manifests.FILE}, so there is no package in it.",
            found=names or "nothing",
        )
    highest = min(len(folder.parts) for folder in found)
    roots = sorted({folder for folder in found if len(folder.parts) == highest})
    if len(roots) > 1:
        raise _bad(archive, f"it holds several packages: {', '.join(map(str, roots[:5]))}")
    return roots[0]


def _write(archive: Path, opened: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path) -> None:
    name = _path(info).name
    manifests.check_name(name, archive)
    largest = manifests.largest_size(name)
    if info.flag_bits & _ENCRYPTED:
        raise _bad(archive, f"{name} is encrypted")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise PocketlensError(
            "path_outside_package", f"{archive}: {name} is a symbolic link.", expected="plain files"
        )
    if info.file_size > largest:
        raise _too_large(archive, f"{name} with {info.file_size} bytes", f"at most {largest}")
    if (folder / name).exists():
        raise _bad(archive, f"it holds {name} twice")
    left = info.file_size
    with opened.open(info) as source, (folder / name).open("wb") as out:
        while piece := source.read(_CHUNK):
            left -= len(piece)
            if left < 0:
                raise _bad(archive, f"{name} is longer than the archive says")
            out.write(piece)


def _bad(archive: Path, what: str) -> PocketlensError:
    return PocketlensError(
        "bad_archive", f"{archive}: {what}.", do="Make or copy the archive again."
    )


def _too_large(archive: Path, found: str, expected: str) -> PocketlensError:
    return PocketlensError(
        "too_large", f"{archive} holds more than a package.", found=found, expected=expected
    )
