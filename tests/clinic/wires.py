"""A push service or provider on this machine: what was posted to it, and what it answers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import urllib3
from pytest import MonkeyPatch

from clinic.outbox.carriers import wire


@dataclass
class Post:
    """One request as it came over the wire."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Far:
    """The other side. `answers`: status by path; what is not named is taken with 201."""

    url: str = ""
    posts: list[Post] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)


@contextmanager
def far_side() -> Iterator[Far]:
    """A server on the loopback for the length of a test."""
    far = Far()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            far.posts.append(Post(self.path, headers, self.rfile.read(length)))
            self.send_response(far.answers.get(self.path, 201))
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    far.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield far
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def lead_here(monkeypatch: MonkeyPatch, far: Far) -> None:
    """Everything the wire would post to a service outside goes to `far`; the path stays."""
    plain = wire.Wire.post

    def post(self: wire.Wire, url: str, body: bytes, headers: dict[str, str]) -> int:
        return plain(self, far.url + urlsplit(url).path, body, headers)

    monkeypatch.setattr(wire.Wire, "post", post)


def nobody_there() -> str:
    """An address on which nobody listens."""
    with far_side() as gone:
        found = gone.url
    assert urllib3.util.parse_url(found).port
    return found
