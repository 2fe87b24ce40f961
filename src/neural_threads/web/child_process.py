"""One process of `neural-threads serve --processes 2`; started by the parent and by nobody else."""

import argparse
import signal
import socket
import sys
from pathlib import Path
from types import FrameType

from neural_threads.platform.config import get_settings
from neural_threads.platform.lean_imports import load_socketio
from neural_threads.platform.logs import set_up_logging
from neural_threads.platform.process_board import OwnPlace, ProcessBoard, install_place


def main(argv: list[str] | None = None) -> None:
    """Serve until the parent says so or is gone."""
    for number in (signal.SIGINT, signal.SIGHUP):  # A terminal sends them to all of us; the parent answers.
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    arguments = _parser().parse_args(argv)
    settings = get_settings()
    set_up_logging(settings.log_level)
    load_socketio(with_redis=bool(settings.redis_url))
    from .server import ChildServer, server_config

    place = OwnPlace(ProcessBoard(arguments.places, arguments.board), arguments.place, arguments.processes)
    install_place(place)
    channel = socket.socket(fileno=arguments.channel)
    config = server_config("neural_threads.web.app:create_app", settings, settings.port)
    ChildServer(config, channel, place, arguments.folder).run()


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("channel", "board", "places", "place", "processes"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    return parser


if __name__ == "__main__":
    main()
