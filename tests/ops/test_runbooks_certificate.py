"""The runbook of a certificate that is over, performed as it is written behind the shipped nginx."""

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.deploy.test_configurations import nginx_configuration
from tests.ops.test_runbooks import certificate
from tests.support.machine import UNITS, Machine
from tests.support.programs import required
from tests.support.runbooks import runbook
from tests.support.server import free_port

pytestmark = pytest.mark.long
# What certbot does with --webroot, with an authority that asks nginx and gives what lies in the folder `new`.
_CERTBOT = """[ "$1" = renew ]
mkdir -p {acme}/.well-known/acme-challenge
echo token >{acme}/.well-known/acme-challenge/asked
[ "$(curl -s http://127.0.0.1:{http}/.well-known/acme-challenge/asked)" = token ] || {{ echo 'Challenge failed'; exit 1; }}
cp {new}/* {tls}/"""


def lay(folder: Path, days: float) -> None:
    """A certificate that ends in so many days, as nginx wants it."""
    folder.mkdir(parents=True, exist_ok=True)
    certificate(folder, days)
    shutil.copy(folder / "both.pem", folder / "privkey.pem")
    shutil.copy(folder / "authority.pem", folder / "fullchain.pem")


async def test_a_certificate_is_over(machine: Machine) -> None:
    book, nginx, port = runbook("Certificate over"), required("nginx"), free_port()
    home = machine.folder / "nginx"
    tls, new = machine.folder / "tls", machine.folder / "new"
    home.mkdir()
    lay(tls, -1)
    lay(new, 60)
    config = nginx_configuration(home, tls, port, machine.port)
    acme = machine.places["/var/www/acme"]
    config.write_text(config.read_text().replace("/var/www/acme", acme))
    machine.places["http://threads.example"] = f"http://127.0.0.1:{port + 1}"
    machine.add_program("nginx", f'exec {nginx} -c {config} "$@"')
    machine.add_program("certbot", _CERTBOT.format(acme=acme, http=port + 1, new=new, tls=tls))
    start = f"ExecStart={nginx} -c {config} -g 'daemon off;'\nExecReload={nginx} -c {config} -s reload"
    (machine.folder / UNITS / "nginx.service").write_text(f"[Service]\n{start}\n")
    await asyncio.to_thread(
        machine.set,
        THREADS_PUBLIC_URL=f"https://127.0.0.1:{port}",
        SSL_CERT_FILE=str(tls / "authority.pem"),
        THREADS_TRUSTED_PROXIES="127.0.0.1",
    )
    await asyncio.to_thread(machine.serve, "neural-threads-worker", "nginx")
    said = machine.perform(book, 1)
    assert "The certificate of 127.0.0.1 is refused by browsers: certificate has expired." in said
    machine.perform(book, 2)
    assert machine.perform(book, 3).strip() == "well"
    assert "The certificate of 127.0.0.1 is good for 60 days." in machine.perform(book, 5)
    assert book.performed == book.with_commands
