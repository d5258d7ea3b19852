"""The server without a browser: the same numbers as `classify`, its limits, and who may ask."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from tests.live_page import ROOT, Served, end, start
from tools import classify
from tools.native.classifier import Classifier, Settings
from tools.package.reader import open_package
from tools.web.guard import own_page_only

pytestmark = pytest.mark.slow


def ask(
    served: Served, method: str, path: str, headers: dict[str, str], body: bytes = b""
) -> tuple[int, dict[str, str], bytes]:
    """A request with these headers and no others (but the length)."""
    host, port = served.url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=60)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    if body or method == "POST":
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    response = connection.getresponse()
    return response.status, dict(response.getheaders()), response.read()


def host_of(served: Served) -> str:
    return served.url.removeprefix("http://")


# --- the same answers as elsewhere


def test_photos_get_the_numbers_that_classify_gives(
    server: Served, photos: Path, demo_package: Path, tmp_path: Path
) -> None:
    """Every sample, and a photo that lies on its side."""
    from PIL import Image

    with Image.open(photos / "koala.jpg") as picture:
        exif = picture.getexif()
        exif[0x0112] = 6
        picture.rotate(90, expand=True).save(tmp_path / "turned.jpg", exif=exif)
    told = CliRunner().invoke(
        classify.main, [str(photos), str(tmp_path), "--package", str(demo_package), "--json"]
    )
    expected = json.loads(told.stdout)
    assert len(expected) > 20
    for photo in expected:
        path = Path(photo["photo"])
        (answer,) = server.post(f"/api/photo?name={path.name}", path.read_bytes())["answers"]
        for key in ("labels", "headline", "guess", "confident"):
            assert answer[key] == photo[key], path.name


def test_a_frame_gets_the_numbers_of_the_core(
    server: Served, camera_picture: np.ndarray, demo_package: Path
) -> None:
    frame = np.dstack([camera_picture, np.full(camera_picture.shape[:2], 255, np.uint8)])
    told = server.post("/api/frame?width=640&height=480&top=7", frame.tobytes())
    assert told["size"] == [640, 480]
    with Classifier(demo_package, Settings(threads=1)) as core:
        expected = core.classify(frame, 7)
    (answer,) = told["answers"]
    assert [row["index"] for row in answer["labels"]] == [s.label.index for s in expected.labels]
    assert [row["probability"] for row in answer["labels"]] == [
        round(s.probability, 6) for s in expected.labels
    ]
    assert answer["path"] == ["Animal", "Mammal", "Carnivore"]
    said = {"Animal", "Mammal", "Carnivore", "Cat"}
    assert said < {row["name"] for row in answer["labels"]}
    others = [row["name"] for row in answer["alternatives"]]
    assert len(others) == 7 and not said & set(others), "what is said is no alternative"


def test_packages_are_compared_with_the_first(server: Served, photos: Path) -> None:
    cat = (photos / "cat.png").read_bytes()
    first, second = server.post("/api/photo?packages=0,1", cat)["answers"]
    assert first["compared"] is None
    assert first["headline"]["name"] == "Cat" != second["headline"]["name"]
    assert second["compared"] == {"same_headline": False, "largest": 0.0, "tolerance": 1e-4}
    assert second["labels"][0]["probability"] == first["labels"][0]["probability"]


def test_a_package_comes_as_one_file(server: Served, demo_package: Path, tmp_path: Path) -> None:
    status, headers, data = ask(server, "GET", "/api/packages/0.zip", {"Host": host_of(server)})
    assert status == 200
    assert headers["Content-Disposition"] == 'attachment; filename="mobilenetv2-openimages.zip"'
    (tmp_path / "got.zip").write_bytes(data)
    got = open_package(tmp_path / "got.zip")
    assert got.manifest.raw == open_package(demo_package).manifest.raw


# --- errors by name


@pytest.mark.parametrize(
    ("path", "body", "name", "says"),
    [
        ("/api/photo?name=notes.txt", b"hello there", "unreadable_photo", "notes.txt"),
        ("/api/photo", b"", "unreadable_photo", "empty"),
        ("/api/photo?packages=7", b"x", "bad_settings", "7"),
        ("/api/photo?packages=-1", b"x", "bad_settings", "-1"),
        ("/api/photo?packages=0,..", b"x", "bad_settings", ".."),
        ("/api/frame?width=640&height=480", b"abc", "bad_frame", "3 bytes for 640x480"),
        ("/api/frame?width=0&height=0", b"", "bad_frame", "0x0"),
        ("/api/frame?width=1", b"abcd", "bad_settings", "height"),
        ("/api/frame?width=999999999&height=999999999", b"abcd", "bad_frame", "4 bytes"),
        ("/api/frame?width=1e3&height=1", b"abcd", "bad_settings", "width"),
        ("/api/making/run", b"", "bad_settings", "no classes"),
        ("/api/making/photo?class=0", b"x", "unreadable_photo", "photo"),
        ("/api/making/begin", b'{"name": "x", "classes": ["a"]}', "bad_labels", "2 to"),
        ("/api/making/begin", b'{"name": "x", "classes": ["a", "A "]}', "bad_labels", "'A '"),
        ("/api/making/begin", b'{"name": "x", "classes": ["a", "a"]}', "bad_labels", "same name"),
        ("/api/making/begin", b'{"name": 5, "classes": ["a", "b"]}', "bad_labels", "name"),
        ("/api/making/begin", b"[]", "bad_labels", "Classes"),
        ("/api/making/begin", b"{", "bad_labels", "Classes"),
    ],
)
def test_a_bad_request_gets_a_named_error(
    server: Served, path: str, body: bytes, name: str, says: str
) -> None:
    headers = {"Host": host_of(server), **server.origin}
    status, _, data = ask(server, "POST", path, headers, body)
    assert status == 400
    error = json.loads(data)["error"]
    assert error["name"] == name
    assert says in error["message"]


# --- attacks


def test_the_server_listens_on_this_machine_alone(server: Served) -> None:
    port = int(server.url.rsplit(":", 1)[1])
    listing = Path("/proc/net/tcp").read_text().splitlines()[1:]
    rows = [line.split() for line in listing]
    addresses = {row[1].split(":")[0] for row in rows if row[1].endswith(f":{port:04X}")}
    assert addresses == {"0100007F"}  # 127.0.0.1
    assert not any(
        f":{port:04X} " in line for line in Path("/proc/net/tcp6").read_text().splitlines()
    )


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.nip.io:{port}",
     "LOCALHOST.evil:{port}", "", "127.0.0.1:{port}, evil.example"],
)  # fmt: skip
def test_another_name_is_refused(server: Served, host: str) -> None:
    """DNS rebinding: a page's own name that resolves to this machine."""
    port = server.url.rsplit(":", 1)[1]
    for path in ("/", "/api/packages"):
        status, _, data = ask(server, "GET", path, {"Host": host.format(port=port)})
        assert (status, b"Pocketlens" in data) == (400, False)
    assert ask(server, "GET", "/", {})[0] == 400


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://{host}"},
        {"Origin": "http://{host}.evil.example"},
        {"Origin": "http://localhost:{port}"},  # the page of the other name
        {"Origin": "http://{host}", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://{host}", "Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_foreign_page_may_not_post(server: Served, photos: Path, headers: dict[str, str]) -> None:
    host = host_of(server)
    sent = {k: v.format(host=host, port=host.split(":")[1]) for k, v in headers.items()}
    body = (photos / "cat.png").read_bytes()
    status, told, data = ask(server, "POST", "/api/photo", {"Host": host, **sent}, body)
    assert status == 400
    assert b"Cat" not in data
    assert "Access-Control-Allow-Origin" not in told


def test_a_foreign_page_is_refused_before_its_body_is_read(server: Served) -> None:
    """It announces 500 MB and sends none: the answer comes at once."""
    host, port = host_of(server).split(":")
    head = f"POST /api/photo HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: http://evil.example\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"{head}Content-Length: 500000000\r\n\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 400")


def test_a_foreign_page_may_not_read(server: Served) -> None:
    for site in ("cross-site", "same-site"):
        headers = {"Host": host_of(server), "Sec-Fetch-Site": site}
        assert ask(server, "GET", "/api/packages/0.zip", headers)[0] == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE"])
def test_other_methods_are_refused(server: Served, method: str) -> None:
    headers = {"Host": host_of(server), **server.origin}
    assert ask(server, method, "/api/photo", headers)[0] == 400


@pytest.mark.parametrize(
    "path",
    ["/../README.md", "/..%2f..%2fREADME.md", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd",
     "/live.js/../../../live.py", "/live.py", "/page/live.js", "/api/packages/../0.zip",
     "/api/packages/..%2f0.zip", "/api/packages/0.zip%00.svg", "/api/making/report/../../x",
     "/etc/passwd", "/\\..\\x", "/api/packages/99999999999999999999.zip"],
)  # fmt: skip
def test_no_path_leads_to_a_file(server: Served, path: str) -> None:
    status, _, data = ask(server, "GET", path, {"Host": host_of(server)})
    assert status in (400, 404)
    assert b"root:" not in data
    assert b"Pocketlens turns" not in data
    assert b"Traceback" not in data


@pytest.mark.parametrize(
    "name", ["../../../evil", "/etc/passwd", "a/../b", "..", "\0", "a\nb", "\ud800"]
)
def test_names_of_classes_become_no_path(server: Served, photos: Path, name: str) -> None:
    """What is collected lies in numbered folders, whatever the classes are called."""
    wanted = json.dumps({"name": name, "classes": [name, "other"]}).encode()
    headers = {"Host": host_of(server), **server.origin}
    status, _, _ = ask(server, "POST", "/api/making/begin", headers, wanted)
    if not name.isprintable():
        assert status == 400
        return
    cat = (photos / "cat.png").read_bytes()
    server.post(f"/api/making/photo?class=0&name={quote(name)}", cat)
    (folder,) = server.temporary.glob("pocketlens-*")
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
    assert files == ["classes.json", "photos", "photos/000", "photos/000/00000", "photos/001"]
    server.post("/api/making/stop")
    assert not folder.exists()


def test_an_upload_that_is_too_large_is_refused_unread(server: Served) -> None:
    host, port = host_of(server).split(":")
    head = f"POST /api/photo HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {server.url}\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"{head}Content-Length: {(512 << 20) + 1}\r\n\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 413")
    frame = bytes((64 << 20) + 4)
    headers = {"Host": host_of(server), **server.origin}
    status, _, data = ask(server, "POST", "/api/frame?width=4096&height=4097", headers, frame)
    assert (status, json.loads(data)["error"]["name"]) == (400, "too_large")


def test_a_picture_bomb_is_refused_by_its_header(server: Served) -> None:
    """A PNG of a few bytes that says 60000 x 60000."""
    done, encoded = cv2.imencode(".png", np.zeros((2, 2, 3), np.uint8))
    assert done
    bomb = bytearray(encoded.tobytes())
    import struct
    import zlib

    bomb[16:24] = struct.pack(">II", 60000, 60000)
    bomb[29:33] = struct.pack(">I", zlib.crc32(bytes(bomb[12:29])))
    with pytest.raises(HTTPError) as refused:
        server.post("/api/photo?name=bomb.png", bytes(bomb))
    assert "60000x60000" in json.load(refused.value)["error"]["message"]


def test_every_answer_keeps_the_page_to_itself(server: Served) -> None:
    for path in ("/", "/live.js", "/live.css", "/icon.svg", "/api/packages", "/nothing"):
        _, headers, _ = ask(server, "GET", path, {"Host": host_of(server)})
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    page = (ROOT / "tools/web/page/live.html").read_text("utf-8")
    assert not re.search(r"https?://|<style|\son\w+=|style=|<script(?! src)", page)


def test_a_report_may_do_nothing_but_show_itself() -> None:
    from tools.web.guard import REPORT_POLICY

    assert "sandbox allow-scripts;" in REPORT_POLICY
    assert "connect-src" not in REPORT_POLICY  # so default-src 'none' holds


def test_the_rule_knows_the_names_that_come_later() -> None:
    """The port is known only once the server listens."""
    names: set[str] = set()
    rule = own_page_only(names)
    assert rule("GET", "/", {"HOST": "localhost:5"}) is not None
    names.add("localhost:5")
    assert rule("GET", "/", {"HOST": "localhost:5"}) is None


# --- for hours


def memory(pid: int) -> int:
    """Resident KiB of a process."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found.group(1))


def test_many_requests_of_many_clients_leave_nothing_behind(server: Served, photos: Path) -> None:
    """1,000 by 20 clients at once: frames, photos, refusals, and connections that break off."""
    frame = np.full((64, 64, 4), 90, np.uint8).tobytes()
    cat = (photos / "cat.png").read_bytes()
    host, port = host_of(server).split(":")

    def one(number: int) -> str:
        if number % 10 == 0:
            return server.post("/api/photo", cat)["answers"][0]["headline"]["name"]
        if number % 10 == 1:
            with pytest.raises(HTTPError):
                server.post("/api/photo?name=x", b"no photo")
            return "refused"
        if number % 10 == 2:
            with socket.create_connection((host, int(port)), timeout=10) as broken:
                broken.sendall(f"POST /api/photo HTTP/1.1\r\nHost: {host}:{port}\r\n".encode())
            return "broken"
        if number % 10 == 3:
            return "frame" if server.post("/api/frame?width=64&height=64", frame) else ""
        return "list" if server.get("/api/packages") else ""

    def many(count: int) -> list[str]:
        with ThreadPoolExecutor(20) as pool:
            return list(pool.map(one, range(count)))

    many(200)
    before, files = memory(server.process.pid), descriptors(server)
    said = many(1000)
    assert said.count("Cat") == said.count("refused") == said.count("frame") == 100
    assert memory(server.process.pid) - before < 12 << 10
    assert descriptors(server) <= files + 25  # what clients keep open


def descriptors(served: Served) -> int:
    return len(list(Path(f"/proc/{served.process.pid}/fd").iterdir()))


# --- how it starts and ends


def test_ctrl_c_ends_it_while_it_works(
    demo_package: Path, camera_picture: np.ndarray, tmp_path: Path
) -> None:
    served = start(tmp_path, demo_package)
    frame = np.dstack([camera_picture, camera_picture[:, :, :1]]).tobytes()
    stop = threading.Event()

    def keep_asking() -> None:
        while not stop.is_set():
            try:
                served.post("/api/frame?width=640&height=480", frame)
            except OSError:
                return

    askers = [threading.Thread(target=keep_asking) for _ in range(4)]
    for asker in askers:
        asker.start()
    assert served.post("/api/frame?width=640&height=480", frame)["answers"]
    assert end(served) == 0
    stop.set()
    for asker in askers:
        asker.join(30)
    assert "".join(served.lines).endswith("Stopped.\n")
    assert "Traceback" not in "".join(served.lines)


def test_make_try_shows_the_page_until_ctrl_c() -> None:
    environment = {**os.environ, "DISPLAY": "", "WAYLAND_DISPLAY": "", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        ["make", "try"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        found = next(filter(None, (re.search(r"http://\S+", line) for line in process.stdout)))
        with urlopen(found.group(), timeout=60) as page:
            assert b"Pocketlens" in page.read()
        os.killpg(process.pid, signal.SIGINT)
        assert process.stdout.read().endswith("Stopped.\n")


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools", "live", "--no-browser", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_a_port_that_is_taken_is_a_named_error(server: Served) -> None:
    done = run("--port", server.url.rsplit(":", 1)[1])
    assert done.returncode == 1
    assert done.stderr.startswith("error [busy]: Port")


def test_a_package_that_is_none_is_a_named_error(tmp_path: Path) -> None:
    done = run(tmp_path / "nothing.zip")
    assert (done.returncode, "missing_file" in done.stderr) == (1, True)


def test_without_the_extra_it_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    from tools import live

    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    told = CliRunner().invoke(live.main, [])
    assert "error [missing_extra]" in told.output
    assert "make try" in told.output
