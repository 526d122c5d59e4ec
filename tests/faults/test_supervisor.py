"""What happens when servers or their parent are killed: nothing is lost, nothing is left, the next start works."""

import json
import os
import shutil
import signal
import smtplib
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clinic.embedded import folders, leftovers, ports
from clinic.embedded.mailsink import MailSink
from clinic.embedded.postgres import Postgres, binaries
from clinic.embedded.process import CannotStart, wait_for
from clinic.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 20.0
#: A supervisor with the real servers and without the program; argument: the run folder.
UP_WITHOUT_PROGRAM = """
import sys
from pathlib import Path
from clinic.embedded import folders, leftovers
from clinic.embedded.mailsink import MailSink
from clinic.embedded.postgres import Postgres
from clinic.embedded.supervisor import Supervisor
from clinic.embedded.valkey import Valkey

run = Path(sys.argv[1])
folders.make_private(run)
with folders.hold(run / "lock", "") or sys.exit("locked"):
    supervisor = Supervisor(run)
    supervisor.listen_for_signals()
    leftovers.end_roster(run / "roster.json", supervisor.is_stopping)
    for server in (Postgres(run / "postgres"), Valkey(run / "valkey"), MailSink(run / "mail")):
        supervisor.start(server)
    print("ready", flush=True)
    supervisor.watch()
    supervisor.stop()
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a cluster that exists already: making one takes longer than starting it."""
    folder = tmp_path_factory.mktemp("pg")
    server = Postgres(folder)
    server.start()
    server.stop()
    return folder


@pytest.fixture
def postgres(cluster: Path) -> Iterator[Postgres]:
    """The cluster, running."""
    server = Postgres(cluster)
    server.start()
    yield server
    server.stop()


def ask(server: Postgres, *statements: str) -> str:
    """What the superuser is answered."""
    words = [word for statement in statements for word in ("--command", statement)]
    command = [binaries() / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", server.url("postgres", "postgres")]
    return subprocess.run([*command, *words], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def start_up() -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """Another process that supervises all servers in a run folder; the call returns when they are ready."""
    started: list[subprocess.Popen[str]] = []

    def start(run: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", UP_WITHOUT_PROGRAM, str(run)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        end(process, signal.SIGTERM)


def roster(run: Path) -> dict[str, tuple[int, str]]:
    """Pid and birth mark of each child."""
    return {row["name"]: (row["pid"], row["born"]) for row in json.loads((run / "roster.json").read_text())}


def alive(child: tuple[int, str]) -> bool:
    """Whether exactly this process still runs."""
    return leftovers.birth_mark(child[0]) == child[1]


def end(process: subprocess.Popen[str], sign: signal.Signals) -> int:
    """Signal it, wait, close the pipe."""
    process.send_signal(sign)
    code = process.wait(SECONDS)
    if process.stdout is not None:
        process.stdout.close()
    return code


def test_postgres_killed_outright_keeps_what_was_committed(postgres: Postgres) -> None:
    ask(postgres, "CREATE TABLE kept AS SELECT generate_series(1, 500) AS n")
    before = postgres.pid
    os.kill(before, signal.SIGKILL)
    assert wait_for(lambda: postgres.exit_code() is not None, SECONDS)
    postgres.start()
    assert postgres.pid != before
    assert ask(postgres, "SELECT count(*) FROM kept", "DROP TABLE kept") == "500"


def test_postgres_is_reached_by_its_private_socket_only(postgres: Postgres) -> None:
    assert ask(postgres, "SHOW listen_addresses") == ""
    assert stat.S_IMODE(postgres.sockets.stat().st_mode) == 0o700


def test_a_pid_file_that_names_a_stranger_does_not_block_the_start(cluster: Path) -> None:
    server = Postgres(cluster)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        mark = f"{stranger.pid}\n{cluster / 'data'}\n1\n5432\n\n\n\nready\n"
        (cluster / "data" / "postmaster.pid").write_text(mark)
        try:
            server.start()
            assert ask(server, "SELECT 1") == "1"
        finally:
            server.stop()
            stranger.communicate(b"\n")


def test_two_programs_cannot_run_the_same_cluster(postgres: Postgres) -> None:
    with pytest.raises(CannotStart, match="Another program"):
        Postgres(postgres.folder).start()


def test_data_of_another_postgres_is_refused_with_the_command_that_helps(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("9\n")
    server = Postgres(tmp_path)
    with pytest.raises(CannotStart, match=r"Postgres 9.*\./dev reset"):
        server.start()
    server.stop()
    assert (tmp_path / "data" / "PG_VERSION").exists(), "nothing is deleted without being asked"


def test_valkey_killed_outright_still_has_its_queue(tmp_path: Path) -> None:
    server = Valkey(tmp_path)
    server.start()
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(server.socket))
            line.sendall(b"RPUSH celery task\r\n")
            assert line.recv(64) == b":1\r\n"
        os.kill(server.pid, signal.SIGKILL)
        assert wait_for(lambda: server.exit_code() is not None, SECONDS)
        server.start()
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(server.socket))
            line.sendall(b"LLEN celery\r\n")
            assert line.recv(64) == b":1\r\n"
    finally:
        server.stop()


def test_a_broken_queue_file_is_put_aside_and_the_broker_starts(tmp_path: Path) -> None:
    server = Valkey(tmp_path)
    server.start()
    server.stop()
    for path in (tmp_path / "appendonlydir").iterdir():
        path.write_bytes(b"not a queue")
    server.start()
    try:
        assert server.answers()
        assert (tmp_path / "appendonlydir.broken").is_dir()
    finally:
        server.stop()


def test_the_mail_sink_keeps_its_port_when_it_is_killed(tmp_path: Path) -> None:
    sink = MailSink(tmp_path / "mail")
    sink.start()
    try:
        os.kill(sink.pid, signal.SIGKILL)
        assert wait_for(lambda: sink.exit_code() is not None, SECONDS)
        sink.start()
        with smtplib.SMTP("127.0.0.1", sink.port, timeout=SECONDS) as client:
            client.sendmail("a@example.org", ["b@example.org"], "Subject: A note\r\n\r\nHello\r\n")
    finally:
        sink.stop()
    (message,) = (tmp_path / "mail").iterdir()
    assert message.suffix == ".eml"
    assert b"X-Envelope-To: b@example.org" in message.read_bytes()


def test_a_killed_server_comes_back_and_ctrl_c_ends_them_all(
    tmp_path: Path, cluster: Path, start_up: Callable[[Path], subprocess.Popen[str]]
) -> None:
    run = tmp_path / "run"
    shutil.copytree(cluster, run / "postgres", ignore=shutil.ignore_patterns("s", "lock"))
    up = start_up(run)
    children = roster(run)
    assert set(children) == {"postgres", "valkey", "mail"}
    for name in ("valkey", "postgres"):
        os.kill(children[name][0], signal.SIGKILL)
    back = {"valkey", "postgres"}
    assert wait_for(lambda: all(roster(run).get(n, children[n]) != children[n] for n in back), SECONDS)
    children = roster(run)
    assert end(up, signal.SIGINT) == 0
    assert not any(alive(child) for child in children.values())
    assert not (run / "roster.json").exists()


def test_a_killed_parent_leaves_no_server_and_the_next_start_works(
    tmp_path: Path, cluster: Path, start_up: Callable[[Path], subprocess.Popen[str]]
) -> None:
    run = tmp_path / "run"
    shutil.copytree(cluster, run / "postgres", ignore=shutil.ignore_patterns("s", "lock"))
    up = start_up(run)
    orphans = roster(run)
    end(up, signal.SIGKILL)
    again = start_up(run)  # at once: it has to cope with servers that are still leaving
    assert not any(alive(child) for child in orphans.values())
    now = roster(run)
    end(again, signal.SIGKILL)
    assert wait_for(lambda: not any(alive(child) for child in now.values()), SECONDS) or sys.platform != "linux"
    leftovers.end_roster(run / "roster.json", lambda: False)


def test_a_taken_port_is_named_together_with_a_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=rf"Port {port} is used.*\./dev up --port \d+") as refused:
            ports.check_port(port)
    assert "\n" not in str(refused.value)
    ports.check_port(port)


def test_a_long_path_gets_a_short_private_folder_for_its_sockets(tmp_path: Path) -> None:
    deep = tmp_path / ("with space " + "x" * 100)
    deep.mkdir()
    short = folders.socket_folder(deep)
    try:
        assert len(os.fsencode(short)) <= folders.LONGEST_SOCKET_FOLDER
        assert folders.PLAIN.issuperset(str(short))
        assert stat.S_IMODE(short.stat().st_mode) == 0o700
        short.chmod(0o755)  # as if somebody else had made it
        with pytest.raises(CannotStart, match="belongs to somebody else"):
            folders.socket_folder(deep)
    finally:
        short.rmdir()


def test_the_demo_keys_are_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    paths = [Path(path) for path in folders.create_keys(tmp_path).values()]
    before = [path.read_text() for path in paths]
    folders.create_keys(tmp_path)
    assert [path.read_text() for path in paths] == before
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o400}
    assert len(json.loads(before[1])) == 1
