"""The live preview: MediaPipe Pose in the browser, its files streamed from disk, and the CSP that allows it."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from litestar import Request, Response, route
from litestar.response import Stream

from neural_threads.platform.errors import NotFound
from neural_threads.platform.vision.model_files import MODELS
from neural_threads.web.http.csp import content_security_policy
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.templates.assets import FOR_EVER, asset, asset_manifest

VERSION = "0.5.1675469404"
"""Of npm @mediapipe/pose. It stands in every address, so that the files may be kept for ever."""
PLACE = f"/pose/{VERSION}"
VENDOR = Path(__file__).parent / "vendor"
SCRIPTS = ("pose.js", "pose_solution_packed_assets_loader.js", "pose_solution_simd_wasm_bin.js")
WORKER = "tryon/pose-worker.page.js"
WORKER_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
CHUNK = 65_536
READS: list[Any] = ["GET", "HEAD"]


@dataclass(frozen=True)
class PoseFile:
    """A file of the package as it lies on disk. `is_gzipped`: it lies there compressed."""

    path: Path
    media_type: str = "application/octet-stream"
    is_gzipped: bool = False


FILES = {
    "pose_solution_simd_wasm_bin.wasm": PoseFile(
        VENDOR / "pose_solution_simd_wasm_bin.wasm.gz", "application/wasm", is_gzipped=True
    ),
    # The one file that the package packs into this is the detector, which the server runs, too.
    "pose_solution_packed_assets.data": PoseFile(MODELS / "pose_detection.tflite"),
    "pose_landmark_lite.tflite": PoseFile(VENDOR / "pose_landmark_lite.tflite"),
    "pose_web.binarypb": PoseFile(VENDOR / "pose_web.binarypb"),
}


@route(PLACE + "/{name:str}", http_method=READS, include_in_schema=False, exclude_from_auth=True)
async def get_pose_file(request: Request[Any, Any, Any], name: str) -> Response[Any]:
    """A network or the WebAssembly program, streamed as it lies on disk; unpacked on the way for who takes no gzip."""
    file = FILES.get(name)
    if file is None:
        raise NotFound
    headers = {"Cache-Control": FOR_EVER}
    is_unpacked = file.is_gzipped and "gzip" not in request.headers.get("accept-encoding", "")
    if file.is_gzipped:
        headers["Vary"] = "Accept-Encoding"
    if file.is_gzipped and not is_unpacked:
        headers["Content-Encoding"] = "gzip"
    if not is_unpacked:
        headers["Content-Length"] = str(file.path.stat().st_size)
    if request.method == "HEAD":
        return Response(b"", media_type=file.media_type, headers=headers)
    return Stream(_chunks(file.path, is_unpacked), media_type=file.media_type, headers=headers)


async def _chunks(path: Path, is_unpacked: bool) -> AsyncIterator[bytes]:
    """Return the file item by item, read and unpacked beside the event loop."""
    source: IO[bytes] = await asyncio.to_thread(gzip.open if is_unpacked else open, path, "rb")  # type: ignore[arg-type]
    try:
        while item := await asyncio.to_thread(source.read, CHUNK):
            yield item
    finally:
        source.close()


@route("/pose/worker.js", http_method=READS, sync_to_thread=False, include_in_schema=False, exclude_from_auth=True)
def get_pose_worker() -> Response[bytes]:
    """The worker, whose answer says what runs in it: a worker obeys its own policy, not its page's."""
    headers = {"Content-Security-Policy": WORKER_POLICY, "Cache-Control": "no-cache"}
    return Response(asset_manifest().asset(WORKER).content, media_type="text/javascript", headers=headers)


def live_config() -> dict[str, Any]:
    """Return what <tryon-camera> is told: where its modules and the package's files are, which field takes the image."""
    files = {name: f"{PLACE}/{name}" for name in FILES} | {name: asset(f"tryon/vendor/{name}") for name in SCRIPTS}
    return {
        "field": "personImageUrl",
        "preview": asset("tryon/live-preview.page.js"),
        "source": asset("tryon/pose-source.page.js"),
        "pose": {"worker": "/pose/worker.js", "files": files},
    }


def with_live_preview(answer: Response[str], visit: RequestContext) -> Response[str]:
    """Allow this page to compile WebAssembly, for browsers whose workers cannot draw."""
    answer.headers["Content-Security-Policy"] = content_security_policy(visit.nonce, runs_wasm=True)
    return answer


handlers = [get_pose_file, get_pose_worker]
