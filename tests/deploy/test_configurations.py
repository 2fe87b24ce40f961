"""What deploy/ holds: each configuration is checked by the program that reads it, and names only what exists."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from neural_threads.platform.config import Settings
from neural_threads.platform.db.migrations import ROOT
from tests.support.programs import required
from tests.support.server import Server, http_client

DEPLOY = ROOT / "deploy"
_NAME = re.compile(r"\b(?:threads|process)_[a-z_]+\b")
_NO_METRIC = {"threads_web"}


def run(*argv: str, **env: str) -> None:
    """Run a program that checks; what it says is shown when it is not satisfied."""
    told = subprocess.run(argv, capture_output=True, text=True, check=False, env=os.environ | env)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.long
def test_nginx_takes_its_configuration(tmp_path: Path, certificate: Path) -> None:
    run(required("nginx"), "-t", "-q", "-c", str(nginx_configuration(tmp_path, certificate)))


def nginx_configuration(folder: Path, certificate: Path, port: int = 8443, upstream: int = 8000) -> Path:
    """The shipped configuration with a test's folders and ports; Debian's light nginx needs no other change."""
    (folder / "threads").mkdir(exist_ok=True)
    text = (DEPLOY / "nginx" / "upstream.conf").read_text().replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    (folder / "threads" / "upstream.conf").write_text(text)
    text = (DEPLOY / "nginx" / "nginx.conf").read_text()
    text = text.replace("/etc/nginx/threads/tls", str(certificate)).replace(
        "/etc/nginx/threads", str(folder / "threads")
    )
    for place in ("/var/log/nginx", "/var/cache/nginx", "/run/nginx.pid"):
        text = text.replace(place, str(folder / Path(place).name))
    (folder / "nginx").mkdir(exist_ok=True)
    text = re.sub(r"listen \[::\].*\n", "", text).replace("listen 443 ", f"listen 127.0.0.1:{port} ")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{port + 1};")
    if os.geteuid() == 0:
        text = "user root;\n" + text
    (folder / "nginx.conf").write_text(text)
    return folder / "nginx.conf"


@pytest.mark.long
def test_haproxy_takes_its_configuration(certificate: Path) -> None:
    run(
        required("haproxy"),
        "-c",
        "-q",
        "-f",
        str(DEPLOY / "haproxy" / "haproxy.cfg"),
        THREADS_CERTIFICATE=str(certificate / "both.pem"),
    )


@pytest.mark.long
def test_prometheus_takes_its_configuration_and_the_alerts_ring_when_they_should() -> None:
    promtool = required("promtool")
    run(promtool, "check", "config", str(DEPLOY / "prometheus" / "prometheus.yml"))
    run(promtool, "check", "rules", str(DEPLOY / "prometheus" / "rules.yml"))
    run(promtool, "test", "rules", str(DEPLOY / "prometheus" / "rules_test.yml"))


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="this system has no systemd")
def test_systemd_takes_the_units_and_finds_them_hardened(tmp_path: Path) -> None:
    for path in sorted((DEPLOY / "systemd").glob("neural-threads*.*")):
        if path.suffix not in (".service", ".timer"):
            continue
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", path.read_text(), flags=re.MULTILINE)
        text = text.replace("User=threads", "User=nobody").replace("Group=threads", "Group=nogroup")
        text = text.replace("Documentation=file:/opt/neural-threads", f"Documentation=file:{ROOT}")
        (tmp_path / path.name).write_text(text.replace("WorkingDirectory=/opt/neural-threads", "WorkingDirectory=/"))
    services = ["neural-threads.service", "neural-threads-worker.service"]
    timers = [path.name for path in tmp_path.glob("*.timer")]
    run(required("systemd-analyze"), "verify", "--man=no", *(str(tmp_path / name) for name in services + timers))
    for name in services:
        argv = ["security", "--offline=true", "--no-pager", "--threshold=20", str(tmp_path / name)]
        run(required("systemd-analyze"), *argv)


@pytest.mark.long
def test_pgbackrest_takes_its_configuration() -> None:
    config = DEPLOY / "pgbackrest" / "pgbackrest.conf"
    told = subprocess.run(
        [required("pgbackrest"), f"--config={config}", "--stanza=threads", "--log-level-file=off", "check"],
        capture_output=True,
        text=True,
        check=False,
    )
    said = told.stdout + told.stderr
    # It finds no cluster here; what it must not find is an option that it does not know.
    assert "WARN: configuration file contains" not in said, said
    assert not re.search(r"\[03[0-7]\]", said), said


def test_the_units_and_compose_name_only_settings_that_exist() -> None:
    known = {setting.metadata["name"] for setting in fields(Settings)}
    texts = [path.read_text() for path in DEPLOY.rglob("*") if path.is_file()]
    named = {name for text in texts for name in re.findall(r"\bTHREADS_[A-Z_]+\b", text)}
    # A certificate is the proxy's.
    assert named - known <= {"THREADS_CERTIFICATE", "THREADS_CERTIFICATES"}, named - known


def test_the_containers_are_locked_down() -> None:
    compose: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = compose["services"]
    for name in ("web", "worker", "migrate"):
        service = services[name]
        assert service["read_only"] is True
        assert service["user"] not in ("0", "root")
        assert service["cap_drop"] == ["ALL"]
    assert [name for name, service in services.items() if service.get("ports")] == ["nginx"]
    assert compose["networks"]["inside"]["internal"] is True
    for name in ("web", "db", "redis", "nginx"):
        assert name == "web" or services[name]["healthcheck"]["test"]
    for name, service in services.items():
        files = [volume.split(":")[0] for volume in service["volumes"]] if "volumes" in service else []
        assert all((DEPLOY / file).exists() for file in files if file.startswith("./")), name


def test_in_compose_each_is_reached_and_believed_by_one_address() -> None:
    compose: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = compose["services"]
    web, nginx = services["web"], services["nginx"]
    assert set(web["networks"]) & set(nginx["networks"]) == {"inside"}
    of_web, of_nginx = (each["networks"]["inside"]["ipv4_address"] for each in (web, nginx))
    assert web["environment"]["THREADS_TRUSTED_PROXIES"] == of_nginx
    assert f"server {of_web}:8000 " in (DEPLOY / "nginx" / "upstream.compose.conf").read_text()
    [subnet] = compose["networks"]["inside"]["ipam"]["config"]
    assert {ip_address(of_web), ip_address(of_nginx)} <= set(ip_network(subnet["subnet"]).hosts())
    # `neural-threads check` calls a Redis without a password on another machine wrong.
    password = urlsplit(web["environment"]["REDIS_URL"].replace(":?set it in the environment", "")).password
    assert password == "${REDIS_PASSWORD}"
    assert services["redis"]["command"][-2:] == ["--requirepass", "${REDIS_PASSWORD:?set it in the environment}"]
    assert services["worker"]["environment"]["THREADS_WORKER_METRICS"] in " ".join(
        services["worker"]["healthcheck"]["test"]
    )
    # A new volume is root's; the database waits for whoever gives it away.
    assert services["db"]["depends_on"]["archive"] == {"condition": "service_completed_successfully"}
    assert services["archive"]["entrypoint"][:4] == ["install", "-d", "-o", "postgres"]
    assert set(services["archive"]["volumes"]) <= set(services["db"]["volumes"])


def test_the_container_is_made_of_what_is_here() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    stages = re.split(r"^FROM ", text, flags=re.MULTILINE)[1:]
    assert len(stages) == 2
    sources = re.findall(r"^COPY (?!--from)(\S+) ", stages[0], re.MULTILINE)
    assert sources
    assert all((ROOT / source).exists() for source in sources)
    assert re.search(r"^USER threads$", stages[1], re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", stages[1], re.MULTILINE)
    assert not re.search(r"\b(gcc|build-essential|apt-get)\b", text)


def test_each_alert_has_a_runbook_of_at_most_ten_steps() -> None:
    runbooks = runbook_steps()
    alerts = all_alerts()
    assert len(alerts) >= 10
    for alert in alerts:
        page, _, anchor = alert["annotations"]["runbook"].partition("#")
        assert page == "docs/runbooks.md"
        assert anchor in runbooks, alert["alert"]
    assert all(1 <= steps <= 10 for steps in runbooks.values()), runbooks


def all_alerts() -> list[dict[str, Any]]:
    """The alerts of rules.yml."""
    groups = yaml.safe_load((DEPLOY / "prometheus" / "rules.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


def test_each_alert_rings_in_a_test_of_promtool() -> None:
    tests = yaml.safe_load((DEPLOY / "prometheus" / "rules_test.yml").read_text())["tests"]
    cases = [case for test in tests for case in test["alert_rule_test"]]
    rings = {case["alertname"] for case in cases if case["exp_alerts"]}
    names = {alert["alert"] for alert in all_alerts()}
    assert rings == names
    wanted = {alert["alert"]: alert["annotations"]["runbook"] for alert in all_alerts()}
    for case in cases:
        assert all(one["exp_annotations"]["runbook"] == wanted[case["alertname"]] for one in case["exp_alerts"])


def runbook_steps() -> dict[str, int]:
    """The runbooks by their anchors, and how many numbered steps each has."""
    parts = re.split(r"^## ", (ROOT / "docs" / "runbooks.md").read_text(), flags=re.MULTILINE)[1:]
    titles = {re.sub(r"[^a-z0-9 -]", "", part.splitlines()[0].lower()).replace(" ", "-"): part for part in parts}
    return {anchor: len(re.findall(r"^\d+\. ", part, re.MULTILINE)) for anchor, part in titles.items()}


async def test_alerts_and_dashboard_ask_for_figures_that_exist(server: Server) -> None:
    async with http_client(server.url) as client:
        text = (await client.get("/metrics")).text
    known = {sample.name for family in text_string_to_metric_families(text) for sample in family.samples}
    known |= {family.name for family in text_string_to_metric_families(text)}
    # A counter with labels has no sample before something was counted.
    known |= {f"{family.name}_total" for family in text_string_to_metric_families(text) if family.type == "counter"}
    rules = yaml.safe_load((DEPLOY / "prometheus" / "rules.yml").read_text())["groups"][0]["rules"]
    dashboard = json.loads((DEPLOY / "grafana" / "neural-threads.json").read_text())
    asked = [rule["expr"] for rule in rules] + list(expressions(dashboard))
    assert len(asked) > 25
    named = {name for expression in asked for name in _NAME.findall(expression)}
    assert named <= known | _NO_METRIC, named - known
    figures = {
        (family.name, value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        for value in [sample.labels.get("figure")]
        if value
    }
    for metric, figure in re.findall(r'(threads_\w+)\{figure="(\w+)"\}', "\n".join(asked)):
        assert (metric, figure) in figures


def expressions(dashboard: dict[str, Any]) -> Iterator[str]:
    """Every query of a Grafana dashboard."""
    for panel in dashboard["panels"]:
        yield from (target["expr"] for target in panel["targets"])
