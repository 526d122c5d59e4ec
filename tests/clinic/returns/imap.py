"""A tiny mail server that speaks just enough IMAP, over TLS with a certificate of its own, in a thread."""

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class Refused(Exception):
    """What this server does not do."""


@dataclass
class Mail:
    """One message in the mailbox."""

    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class Server:
    """The mailbox and what was asked of it. `cut_after`: so many STOREs are answered, then the line goes dead."""

    mails: list[Mail] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    password: str = "a-password"
    cut_after: int | None = None
    port: int = 0
    certificate: Path = Path()

    def receive(self, *raws: bytes) -> None:
        """Put messages into the mailbox."""
        for raw in raws:
            self.mails.append(Mail(max((mail.uid for mail in self.mails), default=0) + 1, raw))

    @property
    def new(self) -> list[int]:
        """The numbers of what nobody has looked at."""
        return [mail.uid for mail in self.mails if not mail.flags & {"\\Seen", "\\Deleted"}]

    def serve(self, line: Any) -> None:
        """Answer one client until it goes."""
        line.sendall(b"* OK ready\r\n")
        reader = line.makefile("rb")
        while raw := reader.readline():
            tag, _, command = raw.decode().strip().partition(" ")
            self.asked.append(re.sub(r"(LOGIN \S+) .*", r"\1", command))
            try:
                answer = self._answer(command)
            except Refused:
                line.sendall(f"{tag} NO not here\r\n".encode())
                continue
            if answer is None:
                return
            line.sendall(answer + f"{tag} OK done\r\n".encode())
            if command == "LOGOUT":
                return

    def _answer(self, command: str) -> bytes | None:
        """The untagged lines of an answer; None hangs up."""
        match command.split():
            case ["CAPABILITY"]:
                return b"* CAPABILITY IMAP4rev1\r\n"
            case ["LOGIN", _, password]:
                if password.strip('"') != self.password:
                    raise Refused
                return b""
            case ["SELECT", folder]:
                if folder != "INBOX":
                    raise Refused
                return f"* {len(self.mails)} EXISTS\r\n".encode()
            case ["UID", "SEARCH", *_]:
                return f"* SEARCH {' '.join(map(str, self.new))}\r\n".encode()
            case ["UID", "FETCH", uid, what]:
                return self._fetch(int(uid), what)
            case ["UID", "STORE", uid, _, *flags]:
                if self.cut_after is not None:
                    self.cut_after -= 1
                    if self.cut_after < 0:
                        return None
                self._one(int(uid)).flags |= set(" ".join(flags).strip("()").split())
                return b""
            case ["EXPUNGE"]:
                self.mails = [mail for mail in self.mails if "\\Deleted" not in mail.flags]
                return b""
            case ["LOGOUT"]:
                return b"* BYE\r\n"
        raise Refused

    def _one(self, uid: int) -> Mail:
        return next(mail for mail in self.mails if mail.uid == uid)

    def _fetch(self, uid: int, what: str) -> bytes:
        """Only the part that was asked for."""
        found = re.fullmatch(r"\(BODY\.PEEK\[\]<0\.(\d+)>\)", what)
        assert found, what
        part = self._one(uid).raw[: int(found[1])]
        return f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(part)}}}\r\n".encode() + part + b")\r\n"


def certificate(folder: Path) -> tuple[Path, Path]:
    """A key and a certificate for this machine that nobody else has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    signed = made.add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem, secret = folder / "certificate.pem", folder / "key.pem"
    pem.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return pem, secret


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A server that answers one client after the other until the block ends."""
    server, listening = Server(), socket.create_server(("127.0.0.1", 0))
    server.port = listening.getsockname()[1]
    server.certificate, key = certificate(folder)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(server.certificate, key)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = listening.accept()
                with contextlib.suppress(OSError), line, tls.wrap_socket(line, server_side=True) as safe:
                    server.serve(safe)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)
