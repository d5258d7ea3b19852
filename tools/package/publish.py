"""Files and folders that appear whole or not at all, whatever kills the process.

The new one is made beside the published one, under a temporary name, and takes its name in one
atomic step: a rename, or an exchange where a folder is replaced. Temporary names that a killed
process left behind are removed by the next one; a living process protects its own by a lock that
dies with it.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from tools.errors import PocketlensError

_RENAME_EXCHANGE = 2
_AT_FDCWD = -100
_NO_EXCHANGE = (errno.EINVAL, errno.ENOSYS, errno.EXDEV, errno.ENOTSUP)


def check_writable(folder: Path, room: int) -> None:
    """Makes a folder and sees that `room` bytes can be written there, before any work is done.

    Raises cannot_write.
    """
    folder = _real(folder)
    with _os_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as trial:
            os.posix_fallocate(trial.fileno(), 0, room)


def new_folder(target: Path, replaceable: Callable[[Path], bool]) -> AbstractContextManager[Path]:
    """A temporary folder that becomes `target` when the block ends without an error.

    What stands at `target` is replaced only if `replaceable(target)`. Raises cannot_write.
    """
    return _published(target, replaceable, folder=True)


def new_file(target: Path, replaceable: Callable[[Path], bool]) -> AbstractContextManager[Path]:
    """As new_folder, for a single file."""
    return _published(target, replaceable, folder=False)


@contextmanager
def _published(target: Path, replaceable: Callable[[Path], bool], folder: bool) -> Iterator[Path]:
    target = _real(target)
    sync, take_name = (sync_tree, _take_name) if folder else (_sync, os.rename)
    with _os_errors(target):
        refuse_foreign(target, replaceable)
        temporary, lock = _make_temporary(target, folder)
        try:
            yield temporary
            sync(temporary)
            with _locked(target.parent):
                refuse_foreign(target, replaceable)
                take_name(temporary, target)
                _sync(target.parent)
        finally:
            _remove(temporary)
            os.close(lock)


def write_file(target: Path, data: bytes) -> None:
    """Write one small file whole or not at all, replacing what is there. Raises cannot_write."""
    with new_file(target, Path.is_file) as temporary:
        temporary.write_bytes(data)


@contextmanager
def scratch(target: Path) -> Iterator[Path]:
    """A temporary folder beside `target` for work on it; what a killed process left is removed."""
    target = _real(target)
    with _os_errors(target):
        temporary, lock = _make_temporary(target, folder=True)
        work = temporary / "work"  # the folder above is locked, so nothing can be published in it
        work.mkdir()
    try:
        yield work
    finally:
        _remove(temporary)
        os.close(lock)


def _real(target: Path) -> Path:
    """The place a name stands for, so that a link is followed and not replaced."""
    return Path(os.path.realpath(target))


@contextmanager
def _os_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = error.filename or target
        raise PocketlensError(
            "cannot_write",
            f"{target} could not be written: {error.strerror or error} ({place}).",
            do="Nothing was changed. Make room or choose another place with --out.",
        ) from error


def refuse_foreign(target: Path, replaceable: Callable[[Path], bool]) -> None:
    """Raises cannot_write where something stands that would not be replaced."""
    if os.path.lexists(target) and not replaceable(target):
        raise PocketlensError(
            "cannot_write",
            f"{target} exists and is not what this command writes, so it is not replaced.",
            do="Choose another place with --out, or remove it yourself.",
        )


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Alone among the processes that publish into this folder."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _prefix(target: Path) -> str:
    return f".{target.name}.tmp-"


def _make_temporary(target: Path, folder: bool) -> tuple[Path, int]:
    """A new temporary sibling and the lock that says it is in use. Removes what others left."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with _locked(target.parent):
        _remove_stale(target)
        path = target.parent / (_prefix(target) + secrets.token_hex(6))
        if folder:
            path.mkdir()
        else:
            path.touch(exist_ok=False)
        lock = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(lock, fcntl.LOCK_EX)
    return path, lock


def _remove_stale(target: Path) -> None:
    """Remove temporary siblings whose process is gone."""
    for entry in os.scandir(target.parent):
        if not entry.name.startswith(_prefix(target)) or entry.is_symlink():
            continue
        with suppress(OSError):
            fd = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(Path(entry.path))
            finally:
                os.close(fd)


def _remove(path: Path) -> None:
    with suppress(FileNotFoundError):
        if stat.S_ISDIR(os.lstat(path).st_mode):
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def _take_name(temporary: Path, target: Path) -> None:
    """Give the new folder its published name; the old one, if any, gets the temporary name."""
    if not os.path.lexists(target):
        os.rename(temporary, target)
        return
    if _exchange(temporary, target):
        return
    raise PocketlensError(
        "cannot_write",
        f"{target} exists, and this file system cannot exchange two folders in one step.",
        do="Remove it first, choose another place with --out, or write a zip with --zip.",
    )


def _exchange(a: Path, b: Path) -> bool:
    """Exchange two names atomically; False where the file system cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        renameat2 = libc.renameat2
    except AttributeError:  # an older C library
        return False
    done = renameat2(_AT_FDCWD, os.fsencode(a), _AT_FDCWD, os.fsencode(b), _RENAME_EXCHANGE)
    if done == 0:
        return True
    code = ctypes.get_errno()
    if code in _NO_EXCHANGE:
        return False
    raise OSError(code, os.strerror(code), str(b))


def sync_tree(folder: Path) -> None:
    """Bring a flat folder's files, and then the folder itself, to the disk."""
    for path in sorted(folder.iterdir()):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
