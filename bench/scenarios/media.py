"""Images: a derived size from the cache, again by its ETag, uploads of five megabytes, and a photo of twelve megapixels."""

import json
import time
import urllib.request
from pathlib import Path
from typing import Any

import psutil

from bench.context import Stage
from bench.database import cloned
from bench.figures import at_least, at_most
from bench.http_client import request
from bench.seed_users import Seat, all_seats, customer_token
from bench.servers import Server, app

UPLOADS = 8
MEGAPIXELS = (4_000, 3_000)
PICTURE = "bench/picture"


def run(stage: Stage) -> None:
    """From cache at least 3,000 a second; a 5 MB upload costs the server at most 20 MB; twelve megapixels 1.5 s of CPU."""
    options, report, folder = stage.options, stage.report, stage.here.folder
    with cloned(stage.here, options.designers, options.messages) as database:
        _public_image(database.url, folder / "media")
        with app(database.url, folder) as server:
            watch = stage.watching(database, server)
            asked = [request("GET", f"/media/{PICTURE}?w=400", accept="image/avif")]
            whole = report.row("smaller version, from cache", stage.closed(server, asked, watch))
            tag = _get(server, f"/media/{PICTURE}?w=400").headers["etag"]
            known = [request("GET", f"/media/{PICTURE}?w=400", **{"accept": "image/avif", "if-none-match": tag})]
            again = report.row("the same, not changed", stage.closed(server, known, watch, expect=[304]))
            seats = all_seats()
            image = _photo(*MEGAPIXELS, most=5_242_880)
            before = _forget_peak(server)
            _upload(server, seats[0], image)  # also starts the worker
            cpu, clock = _cpu(server), time.perf_counter()
            for seat in seats[1 : UPLOADS + 1]:
                _upload(server, seat, image)
            most = _peak(server) - before
            seconds, wall = (_cpu(server) - cpu) / UPLOADS, (time.perf_counter() - clock) / UPLOADS
    report.facts |= {"photo_bytes": len(image), "upload_wall_seconds": round(wall, 2)}
    report.promise(
        at_least("smaller version from cache: requests a second", 3000, whole["rate"], "", whole.get("rate_if_alone")),
        at_least("304: requests a second", 3000, again["rate"], "", again.get("rate_if_alone")),
        at_most("memory of the server for a 5 MB upload", 20, round(most / 1_048_576, 1), " MB"),
        at_most("12 megapixels with smaller versions: CPU", 1.5, round(seconds, 2), " s"),
        at_most("errors", 0, whole["errors"] + again["errors"]),
    )


def _public_image(url: str, root: Path) -> None:
    import psycopg

    data = _photo(1600, 1200, most=1_000_000)
    path = root / "originals" / PICTURE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    with psycopg.connect(url) as db:
        db.execute(
            "insert into media (public_id, visibility, content_type, width, height, bytes) "
            "values (%s, 'public', 'image/jpeg', 1600, 1200, %s)",
            (PICTURE, len(data)),
        )


def _photo(width: int, height: int, most: int) -> bytes:
    """Something like a photo: soft shapes with grain, as large as is allowed."""
    import pyvips

    soft = pyvips.Image.perlin(width, height, cell_size=256, uchar=True, seed=1)
    grain = pyvips.Image.gaussnoise(width, height, sigma=9, mean=0, seed=1)
    image = soft.bandjoin([soft.fliphor(), soft.rot180()]) + grain
    image = image.cast("uchar").copy(interpretation="srgb")
    sizes = (image.jpegsave_buffer(Q=quality) for quality in range(95, 40, -5))
    data: bytes = next(data for data in sizes if len(data) <= most)
    return data


def _get(server: Server, path: str) -> Any:
    return urllib.request.urlopen(
        urllib.request.Request(f"http://{server.address}{path}", headers={"Accept": "image/avif"}), timeout=30
    )


def _upload(server: Server, seat: Seat, image: bytes) -> None:
    head = b'--XX\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    asked = urllib.request.Request(
        f"http://{server.address}/api/upload",
        data=head + image + b"\r\n--XX--\r\n",
        headers={
            "Authorization": f"Bearer {customer_token(seat)}",
            "Content-Type": "multipart/form-data; boundary=XX",
        },
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        assert json.load(answer)["success"]


def _forget_peak(server: Server) -> int:
    """The server's memory now, in bytes; from here on the kernel notes its peak anew (Linux, proc_pid_clear_refs(5))."""
    Path(f"/proc/{server.pid}/clear_refs").write_text("5")
    return int(psutil.Process(server.pid).memory_info().rss)


def _peak(server: Server) -> int:
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def _cpu(server: Server) -> float:
    process = psutil.Process(server.pid)
    return float(sum(sum(each.cpu_times()[:2]) for each in (process, *process.children(recursive=True))))
