"""The page's requests and their answers. No text of a request ever becomes part of a path."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import wrap_file

from tools.data.photo_files import MAX_BYTES, unreadable
from tools.data.photos import decode_photo
from tools.errors import PocketlensError
from tools.web.guard import HEADERS, REPORT_POLICY
from tools.web.lenses import LARGEST_FRAME, Lenses
from tools.web.making import Making
from tools.web.share import Share, qr_code
from tools.web.taught import LARGEST_FILE, check_taught_name

HERE = Path(__file__).parent / "page"
FILES = {  # what the page consists of: path -> file, type
    "/": ("live.html", "text/html; charset=utf-8"),
    "/live.css": ("live.css", "text/css; charset=utf-8"),
    "/live.js": ("live.js", "text/javascript; charset=utf-8"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}
ROUTES = Map(
    [
        *(Rule(path, endpoint="page_file", methods=["GET"]) for path in FILES),
        Rule("/api/packages", endpoint="packages", methods=["GET"]),
        Rule("/api/packages/<int:number>.zip", endpoint="package_zip", methods=["GET"]),
        Rule("/api/packages/<int:number>.svg", endpoint="package_code", methods=["GET"]),
        Rule("/api/packages/<int:number>.taught", endpoint="taught_file", methods=["GET"]),
        Rule("/api/packages/<int:number>/labels", endpoint="labels", methods=["GET"]),
        Rule("/api/taught/add", endpoint="taught_add", methods=["POST"]),
        Rule("/api/taught/remove", endpoint="taught_remove", methods=["POST"]),
        Rule("/api/taught/open", endpoint="taught_open", methods=["POST"]),
        Rule("/api/photo", endpoint="photo", methods=["POST"]),
        Rule("/api/frame", endpoint="frame", methods=["POST"]),
        Rule("/api/preview", endpoint="preview", methods=["POST"]),
        Rule("/api/making", endpoint="making", methods=["GET"]),
        Rule("/api/making/report", endpoint="making_report", methods=["GET"]),
        Rule("/api/making/begin", endpoint="making_begin", methods=["POST"]),
        Rule("/api/making/photo", endpoint="making_photo", methods=["POST"]),
        Rule("/api/making/run", endpoint="making_run", methods=["POST"]),
        Rule("/api/making/stop", endpoint="making_stop", methods=["POST"]),
    ]
)
LARGEST_JSON = 1 << 20
PREVIEW_SIDE = 1024
INTERNAL = ("internal", "library_missing", "out_of_memory", "worker_failed")


@dataclass
class App:
    """The WSGI application. Every answer but a file is JSON; a failure has `error` in it."""

    lenses: Lenses
    making: Making
    share: Share | None = None

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request, with the headers that keep the page to itself."""
        request = Request(environ)
        response = self.answer(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response(environ, start_response)

    def answer(self, request: Request) -> Response:
        """The answer, whatever happens: errors are told by name, and never with a traceback."""
        try:
            endpoint, values = ROUTES.bind_to_environ(request.environ).match()
            found: Response = getattr(self, f"on_{endpoint}")(request, **values)
            return found
        except HTTPException as error:
            return failure(PocketlensError("bad_settings", str(error.description)), error.code)
        except PocketlensError as error:
            return failure(error, 500 if error.name in INTERNAL else 400)
        except MemoryError:
            return failure(PocketlensError("out_of_memory", "There is not enough memory."), 500)
        except Exception as error:
            told = PocketlensError("internal", f"This should not fail: {error!r}.")
            print(f"error [internal]: {request.path}: {error!r}", file=sys.stderr, flush=True)
            return failure(told, 500)

    def on_page_file(self, request: Request) -> Response:
        """A file of the page."""
        name, kind = FILES[request.path]
        return Response((HERE / name).read_bytes(), content_type=kind)

    def on_packages(self, _: Request) -> Response:
        """All packages, and what the page needs to know of its server."""
        links: dict[int, str] = {}
        described = self.lenses.describe()
        if self.share:
            links = {one["id"]: self.share.link(one["id"], one["name"]) for one in described}
        told = [{**one, "link": links.get(one["id"])} for one in described]
        return as_json({"packages": told, "largest_photo": MAX_BYTES})

    def on_package_zip(self, _: Request, number: int) -> Response:
        """The package as one file, for the phone."""
        return zip_response(self.lenses, number)

    def on_package_code(self, _: Request, number: int) -> Response:
        """The link of --share as a QR code."""
        lens = self.lenses.lens(number)
        if self.share is None:
            raise PocketlensError("bad_settings", "Nothing is shared: start with --share.")
        link = self.share.link(number, lens.package.manifest.name)
        return Response(qr_code(link), content_type="image/svg+xml")

    def on_photo(self, request: Request) -> Response:
        """Names what is on a photo; `name` is what errors call it."""
        data = body(request, MAX_BYTES)
        name = request.args.get("name", "photo")[:200]
        return as_json(self.lenses.photo(data, name, numbers(request), whole(request, "top", 5)))

    def on_frame(self, request: Request) -> Response:
        """Names what is on a camera's picture, rows of RGBA."""
        size = whole(request, "width"), whole(request, "height")
        data = body(request, LARGEST_FRAME)
        return as_json(self.lenses.frame(data, *size, numbers(request), whole(request, "top", 5)))

    def on_preview(self, request: Request) -> Response:
        """A small JPEG of a photo that the browser itself cannot show (HEIC, TIFF, …)."""
        pixels = decode_photo(body(request, MAX_BYTES))
        scale = min(1.0, PREVIEW_SIDE / max(pixels.shape[:2]))
        size = [max(1, round(side * scale)) for side in pixels.shape[1::-1]]
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        done, encoded = cv2.imencode(".jpg", small[:, :, ::-1])
        if not done:
            raise unreadable("photo", "no small picture of it could be made")
        return Response(encoded.tobytes(), content_type="image/jpeg")

    def on_labels(self, _: Request, number: int) -> Response:
        """The names of a package's labels."""
        return as_json([label.name for label in self.lenses.lens(number).package.labels])

    def on_taught_add(self, request: Request) -> Response:
        """Teaches a package the name of what a photo, or a camera's picture, shows."""
        number, name = whole(request, "package"), request.args.get("name", "").strip()
        check_taught_name(name)
        if "width" in request.args:
            size = whole(request, "width"), whole(request, "height")
            data = body(request, LARGEST_FRAME)
            return as_json(self.lenses.teach_frame(number, name, data, *size))
        return as_json(self.lenses.teach_photo(number, name, body(request, MAX_BYTES)))

    def on_taught_remove(self, request: Request) -> Response:
        """Forgets a taught label, or one of its pictures."""
        taught = self.lenses.lens(whole(request, "package")).taught
        picture = whole(request, "picture") if "picture" in request.args else None
        taught.remove(request.args.get("mid", ""), picture)
        return as_json({"labels": taught.told()})

    def on_taught_open(self, request: Request) -> Response:
        """Uses a .taught file."""
        taught = self.lenses.lens(whole(request, "package")).taught
        taught.open(body(request, LARGEST_FILE))
        return as_json({"labels": taught.told()})

    def on_taught_file(self, _: Request, number: int) -> Response:
        """What a package was taught, as a .taught file."""
        lens = self.lenses.lens(number)
        response = Response(lens.taught.saved(), content_type="application/octet-stream")
        return as_file(response, f"{lens.package.manifest.name}.taught")

    def on_making(self, _: Request) -> Response:
        """How far the package in the making is."""
        return as_json(self.making.told())

    def on_making_begin(self, request: Request) -> Response:
        """Begins a package: its name and its classes."""
        try:
            wanted = json.loads(body(request, LARGEST_JSON))
        except ValueError:
            wanted = None
        self.making.begin(wanted)
        return as_json(self.making.told())

    def on_making_photo(self, request: Request) -> Response:
        """Takes a photo of a class."""
        data = body(request, MAX_BYTES)
        name = request.args.get("name", "photo")[:200]
        self.making.add(whole(request, "class"), data, name)
        return as_json({})

    def on_making_run(self, _: Request) -> Response:
        """Makes the package of what has come."""
        self.making.run()
        return as_json(self.making.told())

    def on_making_stop(self, _: Request) -> Response:
        """Stops and forgets what is in the making."""
        self.making.stop()
        return as_json(self.making.told())

    def on_making_report(self, _: Request) -> Response:
        """The report of the package that was made."""
        response = Response(self.making.report(), content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = REPORT_POLICY
        return response


def zip_response(lenses: Lenses, number: int) -> Response:
    """A package's zip as a download."""
    lens = lenses.lens(number)
    stream = lens.as_zip()
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    response = Response(wrap_file({}, stream, 1 << 18), content_type="application/zip")
    response.direct_passthrough = True
    response.content_length = size
    return as_file(response, f"{lens.package.manifest.name}.zip")


def as_file(response: Response, name: str) -> Response:
    """As a download; name: of lower-case letters, digits, '.', '_' and '-'."""
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def as_json(value: Any, status: int = 200) -> Response:
    """A JSON answer."""
    text = json.dumps(value, ensure_ascii=False)
    return Response(text, status, content_type="application/json; charset=utf-8")


def failure(error: PocketlensError, status: int | None) -> Response:
    """An error by name."""
    return as_json({"error": error.to_json()}, status or 500)


def body(request: Request, most: int) -> bytes:
    """A request's body. Errors: too_large."""
    length = request.content_length or 0
    if length > most:
        raise PocketlensError(
            "too_large", "This is too large.", found=f"{length} bytes", expected=f"at most {most}"
        )
    # Waitress has all of it; Werkzeug would read it in small pieces: 0.6 ms a camera picture.
    stream = request.environ["wsgi.input"]
    if isinstance(stream, io.BytesIO):
        return stream.getvalue()  # not a copy
    whole_body: bytes = stream.read(length)
    return whole_body


def whole(request: Request, name: str, default: int | None = None) -> int:
    """A whole number of the query. Errors: bad_settings."""
    text = request.args.get(name)
    if text is None and default is not None:
        return default
    if text is None or not (text.isascii() and text.isdigit() and len(text) < 10):
        raise PocketlensError(
            "bad_settings", f"{name} is not given as a number.", found=repr(text and text[:20])
        )
    return int(text)


def numbers(request: Request) -> list[int]:
    """The packages that are asked: `packages=0,2`; the first where none is named."""
    text = request.args.get("packages", "0")
    parts = text.split(",")
    if not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):
        raise PocketlensError(
            "bad_settings", "packages is no list of numbers.", found=repr(text[:40])
        )
    return list(dict.fromkeys(map(int, parts)))
