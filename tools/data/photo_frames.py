"""Photos as frames for the core, decoded no further than it needs."""

import threading

from tools.data.jpeg import Data
from tools.data.photos import StoredPlanes, decode_lent
from tools.native.frames import Frame


class _Last(threading.local):
    """A thread's last planes and their frame: photos of one size lie in the same memory."""

    stored: StoredPlanes | None = None
    frame: Frame | None = None


_last = _Last()


def photo_frame(data: Data, name: str = "photo", half: bool = False) -> Frame:
    """A photo's bytes as a frame, which may lie in memory that this thread's next call overwrites.

    A 4:2:0 JPEG, the kind that cameras and cv2 write, stays the three planes that its file holds:
    the core makes the pixels that it looks at, the very ones that libjpeg-turbo makes. half: decode
    a JPEG at half its size, which is quicker and not the same picture. Errors: unreadable_photo.
    """
    stored = decode_lent(data, name, half)
    if not isinstance(stored, StoredPlanes):
        return Frame.rgb(stored.pixels, stored.rotation, stored.mirror)
    if _last.frame is None or not stored.lies_as(_last.stored):
        _last.frame = Frame.jpeg(*stored.planes, stored.rotation, stored.mirror)
        _last.stored = stored
    return _last.frame
