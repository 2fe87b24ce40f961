"""Serve pages, API and sockets: serve, realtime."""

import argparse
import asyncio
import resource
import socket
from contextlib import AbstractContextManager, nullcontext

from neural_threads.platform.config import Settings, get_settings
from neural_threads.platform.db import migrations
from neural_threads.platform.lean_imports import load_socketio
from neural_threads.platform.security import rate_limits

from .errors import CannotServe

MOST_FILES = 65_536


def serve(arguments: argparse.Namespace) -> None:
    """Migrate (in development), then serve until told to stop."""
    settings = get_settings()
    rate_limits.table()  # A limit that cannot be read is said now, not at the first request.
    if arguments.demo and settings.production:
        raise CannotServe("--demo is for development: people would meet accounts whose password everybody knows.")
    _bring_up_to_date(settings)
    _take_more_sockets()
    listener = _listen(settings, settings.port)
    processes = arguments.processes or settings.processes
    if processes > 1 and arguments.reload:
        raise CannotServe("--reload serves with one process: leave --processes (or THREADS_PROCESSES) out.")
    with _demo(settings) if arguments.demo else nullcontext():
        if processes > 1:
            _serve_by_several(settings, listener, processes)
        else:
            _serve(settings, listener, reload=arguments.reload)


def _demo(settings: Settings) -> AbstractContextManager[None]:
    from neural_threads import demo

    return demo.beside(settings)


def _serve(settings: Settings, listener: socket.socket, *, reload: bool) -> None:
    load_socketio(with_redis=bool(settings.redis_url))
    from neural_threads.web.server import Server, server_config

    config = server_config("neural_threads.web.app:create_app", settings, settings.port, reload=reload)
    print(f"Neural Threads is at http://{settings.host}:{settings.port}", flush=True)
    if reload:
        from uvicorn.supervisors import ChangeReload

        ChangeReload(config, target=Server(config).run, sockets=[listener]).run()
        return
    Server(config).run(sockets=[listener])


def _serve_by_several(settings: Settings, listener: socket.socket, processes: int) -> None:
    from neural_threads.operations.parent import Parent

    async def serving() -> int:
        return await Parent(listener, processes).run()

    print(f"Neural Threads is at http://{settings.host}:{settings.port}", flush=True)
    if asyncio.run(serving()):
        raise CannotServe("No server process became ready; the log above says why.")


def serve_sockets(arguments: argparse.Namespace) -> None:
    """The sockets alone, until told to stop."""
    load_socketio(with_redis=True)
    import uvicorn

    from neural_threads.web.server import server_config

    settings = get_settings()
    if not settings.redis_url:
        raise CannotServe(
            "Sockets of their own hear nothing of what the server does without Redis: set REDIS_URL for both, "
            "for example redis://127.0.0.1:6379/0."
        )
    _bring_up_to_date(settings)
    _take_more_sockets()
    listener = _listen(settings, arguments.port)
    config = server_config("neural_threads.web.realtime:create_realtime_app", settings, arguments.port)
    print(f"The sockets are at http://{settings.host}:{arguments.port}", flush=True)
    uvicorn.Server(config).run(sockets=[listener])


def _bring_up_to_date(settings: Settings) -> None:
    url = settings.direct_url or settings.database_url
    if settings.production:
        if not migrations.is_usable(url):
            raise migrations.NotMigrated("The database is not migrated. Run `neural-threads migrate` first.")
        return
    migrations.migrate(url)


def _take_more_sockets() -> None:
    """Every connection is an open file; the usual 1,024 would send the thousandth person away."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    target = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < target:
        resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))


def _listen(settings: Settings, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, port))
    except OSError as error:
        listener.close()
        raise CannotServe(
            f"Port {port} on {settings.host} cannot be used ({error.strerror}). "
            "Stop what is using it, or choose another with PORT=8001."
        ) from None
    listener.set_inheritable(True)
    return listener
