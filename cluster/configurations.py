"""The configurations of deploy/ with the addresses, folders and secrets of this cluster; everything else stays as shipped."""

import configparser
import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

from bench.servers import ROOT
from neural_threads.local.postgres_binaries import Programs

from .kept_secrets import Secrets
from .places import MACHINES, Places

DEPLOY = ROOT / "deploy"
WEB, SOCKETS, WORKER = 8000, 3001, 9101


def certificate(folder: Path) -> None:
    """A certificate for the proxy and for PostgreSQL: server.crt, server.key, and both.pem for HAProxy."""
    argv = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=threads.example"]
    argv += ["-keyout", str(folder / "server.key"), "-out", str(folder / "server.crt")]
    subprocess.run(argv, check=True, capture_output=True)
    (folder / "both.pem").write_text((folder / "server.crt").read_text() + (folder / "server.key").read_text())


def etcd_environment(places: Places, machine: int, folder: Path) -> dict[str, str]:
    """The environment that Debian's etcd gets from /etc/default/etcd."""
    lines = (DEPLOY / "etcd" / "etcd.default").read_text().splitlines()
    settings = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    listed = settings.pop("ETCD_INITIAL_CLUSTER")
    settings = {name: _of_machine(text, machine) for name, text in settings.items()} | {"ETCD_INITIAL_CLUSTER": listed}
    settings["ETCD_DATA_DIR"] = str(folder / "data")
    return {name: _addressed(text, places, machine) for name, text in settings.items()}


def patroni(places: Places, machine: int, folder: Path, programs: Programs, superuser: str) -> dict[str, Any]:
    """patroni.yaml of one machine. The archive is a folder here; pgBackRest has tests of its own (tests/ops)."""
    text = (DEPLOY / "patroni" / "patroni.yaml").read_text()
    found = re.search(r"hosts: (.*)", text)
    assert found
    hosts = found[1]
    text = _of_machine(text.replace(hosts, "HOSTS"), machine).replace("HOSTS", hosts)
    text = text.replace("10.0.0.0/24", places.network)
    config: dict[str, Any] = yaml.safe_load(_addressed(text, places, machine))
    dcs = config["bootstrap"]["dcs"]["postgresql"]
    dcs["parameters"]["archive_command"] = f"cp -n %p {folder.parent.parent}/archive/%f"
    dcs["recovery_conf"]["restore_command"] = f"cp {folder.parent.parent}/archive/%f %p"
    postgres = config["postgresql"]
    postgres |= {"data_dir": str(folder / "data"), "bin_dir": str(programs.folder), "pgpass": str(folder / "pgpass")}
    if not places.namespaces:
        postgres["listen"] = f"{places.address(machine)}:5432"
    postgres["parameters"] |= {
        "unix_socket_directories": str(folder),
        "ssl_cert_file": str(folder / "server.crt"),
        "ssl_key_file": str(folder / "server.key"),
        "shared_buffers": "64MB",
    }
    postgres["authentication"]["superuser"]["username"] = superuser
    return config


def pgbouncer(places: Places, machine: int, folder: Path, secrets: Secrets) -> configparser.RawConfigParser:
    """pgbouncer.ini as it is beside Patroni: the database is where database.cfg leads."""
    shipped = configparser.RawConfigParser(interpolation=None, comment_prefixes=(";",))
    shipped.read(DEPLOY / "pgbouncer" / "pgbouncer.ini")
    shipped["databases"] = {"threads": f"host={places.own(machine)} port=5000 dbname=threads"}
    (folder / "users").write_text(f'"threads" "{secrets.database_hash}"\n')
    ours = {"listen_addr": places.own(machine), "auth_file": str(folder / "users"), "unix_socket_dir": str(folder)}
    shipped["pgbouncer"].update(ours)
    return shipped


def database_proxy(places: Places, machine: int) -> str:
    """database.cfg of one machine."""
    return _addressed(_as_ourselves((DEPLOY / "haproxy" / "database.cfg").read_text()), places, machine)


def proxy(places: Places, socket: int, folder: Path) -> str:
    """haproxy.cfg before both web nodes and both realtime nodes; https is taken from the socket that it inherits."""
    text = _as_ourselves((DEPLOY / "haproxy" / "haproxy.cfg").read_text())
    text = text.replace("bind :80\n", f"bind {places.own(3)}:8080\n").replace("bind :443", f"bind fd@{socket}")
    text = text.replace("/run/haproxy/admin.sock", str(folder / "admin.sock"))
    # So many files nobody may open here.
    text = text.replace("maxconn 20000", "maxconn 4000")
    begin, sockets, files = re.split(r"(?=^backend sockets|^backend files)", text, flags=re.MULTILINE)
    return _servers(begin, places, WEB) + _servers(sockets, places, SOCKETS) + _servers(files, places, WEB)


def _as_ourselves(text: str) -> str:
    """HAProxy is not root here, so there is no account to change to."""
    return text.replace("    user haproxy\n    group haproxy\n", "")


def prometheus(places: Places, folder: Path, secrets: Secrets) -> str:
    """prometheus.yml with the nodes as targets, asked with the token as from another machine."""
    config = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
    (folder / "threads-token").write_text(secrets.metrics)
    (folder / "rules.yml").write_text((DEPLOY / "prometheus" / "rules.yml").read_text())
    nodes = [places.address(machine) for machine in MACHINES[:2]]
    ports = {"threads": (WEB, SOCKETS), "threads-worker": (WORKER,)}
    for job in config["scrape_configs"]:
        job["authorization"] = {"credentials_file": str(folder / "threads-token")}
        job["static_configs"][0]["targets"] = [f"{node}:{port}" for node in nodes for port in ports[job["job_name"]]]
    return yaml.safe_dump(config)


def redis_argv(places: Places, machine: int, secrets: Secrets) -> list[str]:
    """The command of Redis in compose.yaml, with an address and our password."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    shipped = [str(word) for word in compose["services"]["redis"]["command"]]
    words = [secrets.redis if word.startswith("${REDIS_PASSWORD") else word for word in shipped]
    return [*words, "--bind", places.address(machine)]


def _servers(text: str, places: Places, port: int) -> str:
    for machine in MACHINES[:2]:
        text = text.replace(f"127.0.0.1:800{machine}", f"{places.address(machine)}:{port}")
    return text


def _of_machine(text: str, machine: int) -> str:
    return text.replace("node1", f"node{machine}").replace("10.0.0.1", f"10.0.0.{machine}")


def _addressed(text: str, places: Places, machine: int) -> str:
    if places.namespaces:
        return text
    text = text.replace("127.0.0.1", places.own(machine))
    return re.sub(r"\b10\.0\.0\.(\d)", lambda found: places.address(int(found[1])), text)
