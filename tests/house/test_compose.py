"""docker-compose.yml is the production shape: read as text, since a test machine has no container engine."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.house.source import ROOT

ONE_SHOT = {"migrate", "bucket"}
PORTAL = {"web", "worker", "scheduler", "migrate", "bucket"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file with its anchors resolved."""
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))


def faults(compose: dict[str, Any]) -> list[str]:
    """Everything in the services that production must not have."""
    return [f"{name}: {fault}" for name, service in compose["services"].items() for fault in _faults(name, service)]


def _faults(name: str, service: dict[str, Any]) -> Iterator[str]:
    if not re.fullmatch(r"[a-z0-9./-]+:v?\d+\.\d+[A-Za-z0-9.-]*", service.get("image", "")):
        yield "the image is not pinned to a version"
    if str(service.get("user", "root")).split(":")[0] in ("root", "0"):
        yield "runs as root"
    if service.get("read_only") is not True:
        yield "its file system can be written"
    if service.get("cap_drop") != ["ALL"] or "no-new-privileges:true" not in service.get("security_opt", []):
        yield "keeps capabilities"
    if service.get("privileged") or service.get("network_mode") == "host":
        yield "reaches into the machine"
    if "ports" in service and name != "proxy":
        yield "publishes a port"
    if name not in ONE_SHOT and "test" not in service.get("healthcheck", {}):
        yield "has no health check"
    if service.get("restart") != ("no" if name in ONE_SHOT else "unless-stopped"):
        yield "restarts when it should not, or does not when it should"
    for key, value in service.get("environment", {}).items():
        if (
            re.search(r"PASSWORD|SECRET|ACCESS_KEY|_URL$", key)
            and key != "PORTAL_PUBLIC_URL"
            and not key.endswith("_FILE")
        ):
            yield f"{key} is a secret in the environment"
        if key.endswith("_FILE") and value.removeprefix("/run/secrets/") not in service["secrets"]:
            yield f"{key} names a secret that is not mounted"


def test_it_follows_the_compose_specification() -> None:
    tool = Path(sys.executable).parent / "check-jsonschema"
    command = [tool, "--builtin-schema", "vendor.compose-spec", ROOT / "docker-compose.yml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_service_is_there_and_hardened(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == PORTAL | {"proxy", "postgres", "redis", "storage", "antivirus"}
    assert faults(compose) == []


@pytest.mark.parametrize(
    ("service", "change", "told"),
    [
        ("web", {"image": "procurement-portal:latest"}, "not pinned"),
        ("worker", {"user": "0:0"}, "runs as root"),
        ("redis", {"read_only": False}, "can be written"),
        ("postgres", {"ports": ["5432:5432"]}, "publishes a port"),
        ("storage", {"healthcheck": {}}, "no health check"),
        ("web", {"environment": {"SECRET_KEY": "in the clear"}}, "secret in the environment"),
        ("web", {"environment": {"SECRET_KEY_FILE": "/run/secrets/other"}}, "not mounted"),
    ],
)
def test_the_check_sees_a_planted_fault(
    compose: dict[str, Any], service: str, change: dict[str, Any], told: str
) -> None:
    services = compose["services"] | {service: compose["services"][service] | change}
    found = faults(compose | {"services": services})
    assert [fault for fault in found if told in fault and fault.startswith(service)], found


def test_web_grows_and_nothing_starts_before_the_tables_are_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["web"]["deploy"]["replicas"] >= 2
    assert "container_name" not in services["web"]
    for name in ("web", "worker", "scheduler"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert "web:8000 resolve" in (ROOT / "deploy/proxy/nginx.conf").read_text()


def test_only_the_migration_is_the_owner_of_the_tables(compose: dict[str, Any]) -> None:
    having = {
        name for name, service in compose["services"].items() if "owner_database_url" in service.get("secrets", [])
    }
    assert having == {"migrate"}


def test_the_queue_and_the_database_outlive_their_containers(compose: dict[str, Any]) -> None:
    redis, postgres = compose["services"]["redis"], compose["services"]["postgres"]
    command = redis["command"]
    assert command[command.index("--appendonly") + 1] == "yes"
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
    assert any(volume.endswith(":/data") for volume in redis["volumes"])
    assert postgres["image"].startswith("postgres:18.")
    assert "postgres-data:/var/lib/postgresql" in postgres["volumes"]


def test_data_is_on_networks_without_a_way_out(compose: dict[str, Any]) -> None:
    assert compose["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "redis", "storage"):
        assert compose["services"][name]["networks"] == ["inside"]


def test_each_named_file_and_secret_exists(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service.get("secrets", [])) <= set(compose["secrets"])
        for volume in service.get("volumes", []):
            if volume.startswith("./"):
                assert (ROOT / volume.split(":")[0]).is_file(), volume
    made = (ROOT / "deploy/make-secrets.sh").read_text() + (ROOT / "README.md").read_text()
    for name, secret in compose["secrets"].items():
        assert secret["file"] == f"./deploy/secrets/{name}"
        assert name in made, f"nothing says how {name} is made"


def test_each_setting_in_it_is_one_that_the_portal_reads(compose: dict[str, Any]) -> None:
    settings = (ROOT / "procurement_portal/settings.py").read_text()
    for name in PORTAL:
        for key in compose["services"][name]["environment"]:
            assert f'"{key.removesuffix("_FILE")}"' in settings, f"{name}: {key}"


def test_the_secret_maker_never_replaces_a_secret(tmp_path: Path) -> None:
    script = tmp_path / "deploy" / "make-secrets.sh"
    script.parent.mkdir()
    script.write_text((ROOT / "deploy/make-secrets.sh").read_text())
    runs: list[dict[str, str]] = []
    for _ in range(2):
        subprocess.run(["sh", script], check=True, capture_output=True)
        runs.append({path.name: path.read_text() for path in (script.parent / "secrets").iterdir()})
    first, made = runs
    assert made == first
    assert len(made["secret_key"]) >= 50
    assert made["app_password"] in made["app_database_url"]
    assert len({text for name, text in made.items() if "password" in name}) == 4


def test_the_image_is_built_from_the_lock_and_runs_without_root() -> None:
    text = (ROOT / "Dockerfile").read_text()
    stages = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert len(stages) == 2
    assert all(re.search(r":\d+\.\d+\.\d+-", stage) for stage in stages)
    assert text.count("--require-hashes") == text.count("pip install") == 2
    assert re.search(r"^USER (?!0|root)", text.split("FROM")[-1], re.MULTILINE)
