"""A mail server that takes everything at once, so that it is never the limit: `python -m tests.bench.sink PORT`.

It counts messages and those whose Message-ID it has seen before. Two words of its own: XCNT answers "250 taken doubled",
XRST forgets.
"""

import asyncio
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

seen: set[bytes] = set()
counted = {"taken": 0, "doubled": 0}
ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.I | re.M)


class Talk(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.waiting, self.in_text = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while True:
            end = self.waiting.find(b"\r\n.\r\n" if self.in_text else b"\r\n")
            if end < 0:
                return
            said, self.waiting = self.waiting[:end], self.waiting[end + (5 if self.in_text else 2) :]
            if self.in_text:
                take(said)
                self.in_text = False
                self.transport.write(b"250 taken\r\n")
            elif not self.answer(said[:4].upper()):
                return

    def answer(self, word: bytes) -> bool:
        """Answer one command. False when it was the last one."""
        if word == b"EHLO":
            self.transport.write(b"250-sink\r\n250 8BITMIME\r\n")
        elif word == b"DATA":
            self.in_text = True
            self.transport.write(b"354 go\r\n")
        elif word == b"QUIT":
            self.transport.write(b"221 bye\r\n")
            self.transport.close()
            return False
        elif word == b"XCNT":
            self.transport.write(b"250 %d %d\r\n" % (counted["taken"], counted["doubled"]))
        else:
            if word == b"XRST":
                seen.clear()
                counted.update(taken=0, doubled=0)
            self.transport.write(b"250 fine\r\n")
        return True


def take(text: bytes) -> None:
    """Count one message."""
    found = ID.search(text)
    name = found[1] if found else b""
    counted["taken"] += 1
    counted["doubled"] += name in seen
    seen.add(name)


@dataclass
class Sink:
    """The mail server as its user sees it."""

    port: int

    def ask(self, word: str) -> str:
        """One command on a connection of its own."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line, line.makefile("rwb") as both:
            both.readline()
            both.write(word.encode() + b"\r\n")
            both.flush()
            return both.readline().decode().strip()

    @property
    def taken(self) -> int:
        """How many messages came."""
        return int(self.ask("XCNT").split()[1])

    @property
    def doubled(self) -> int:
        """How many of them came again."""
        return int(self.ask("XCNT").split()[2])


@contextmanager
def running() -> Iterator[Sink]:
    """The mail server in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.sink", str(port)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield Sink(port)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


async def main() -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(Talk, "127.0.0.1", int(sys.argv[1]))
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
