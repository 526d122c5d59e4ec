"""A mail server that delivers nothing: each message becomes one ``.eml`` file in a folder.

So the demo and the tests send real SMTP, and no mail can leave the computer. Files are named by arrival and appear
whole or not at all. As a program: ``python -m clinic.embedded.mailsink --dir DIR --port N``.
"""

import argparse
import asyncio
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from clinic.embedded.process import CannotStart, Server

HOST = "127.0.0.1"


class MailSink(Server):
    """The sink as a child process. The listening socket is ours: a restarted sink keeps its port and its callers."""

    def __init__(self, folder: Path, *, port: int = 0, log: Path | None = None) -> None:
        """Messages go to ``folder``; ``port`` 0 takes a free one. Raises ``CannotStart`` when the port is taken."""
        self.folder = folder.resolve()
        super().__init__("mail", log or self.folder.with_name("mailsink.log"))
        self._listening = socket.socket()
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._listening.bind((HOST, port))
        except OSError as error:
            self._listening.close()
            raise CannotStart(f"The mail sink cannot use port {port} ({error.strerror}).") from error
        self._listening.listen(64)
        self.port: int = self._listening.getsockname()[1]

    def start(self) -> None:
        """Launch it. Callers may connect at once: the kernel lets them wait for the first second."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = self._listening.fileno()
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "clinic.embedded.mailsink",
            "--dir",
            self.folder,
            "--fd",
            str(fd),
        ]
        self.launch(command, cwd=Path(__file__).resolve().parents[2], pass_fds=[fd])

    def stop(self, seconds: float = 5.0) -> None:
        """Stop the child and give the port back."""
        super().stop(seconds)
        self._listening.close()

    def environment(self) -> Mapping[str, str]:
        """What the program needs to know to send its mail here."""
        return {
            "BETWEEN_SMTP_HOST": HOST,
            "BETWEEN_SMTP_PORT": str(self.port),
            "BETWEEN_MAIL_DIR": str(self.folder),
            "BETWEEN_SMS_DIR": str(self.folder),
        }


def deliver(folder: Path, sender: str, recipients: list[str], message: bytes) -> Path:
    """Write one message atomically, with its envelope as the first two headers; returns the file."""
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}.eml"
    part = folder / f".{name}.part"
    envelope = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(recipients)}\r\n"
    with part.open("xb") as file:
        file.write(envelope.encode("utf-8", "surrogateescape") + message)
        file.flush()
        os.fsync(file.fileno())
    return part.replace(folder / name)


async def listen(folder: Path, listening: socket.socket) -> None:
    """Accept mail on ``listening`` until SIGTERM or SIGINT."""
    from aiosmtpd.smtp import SMTP, Envelope, Session  # here: whoever only runs the child needs no SMTP code

    class Sink:
        """Answers to the SMTP dialogue: everybody is known, everything is accepted."""

        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
            """The whole message has arrived; the sender is told so only after it is on disk."""
            try:
                deliver(folder, envelope.mail_from or "", list(envelope.rcpt_tos), envelope.original_content or b"")
            except OSError:
                return "452 The message could not be stored"
            return "250 Stored"

    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, done.set)
    server = await loop.create_server(lambda: SMTP(Sink(), hostname="localhost", loop=loop), sock=listening)
    print(f"mail sink on {HOST}:{listening.getsockname()[1]}", flush=True)
    await done.wait()
    server.close()


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m clinic.embedded.mailsink", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True, help="folder for the .eml files")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--fd", type=int, help="a listening socket inherited from the parent, instead of --port")
    options = parser.parse_args(arguments)
    options.dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if options.fd is not None:
        listening = socket.socket(fileno=options.fd)
    else:
        listening = socket.create_server((HOST, options.port))
    asyncio.run(listen(options.dir, listening))


if __name__ == "__main__":
    main()
