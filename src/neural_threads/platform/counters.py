"""Counters for /metrics, raised where things happen. Figures that are read when /metrics is asked are in metrics.py."""

from prometheus_client import CollectorRegistry, Counter

REGISTRY = CollectorRegistry()
"""What each process counts for itself."""

deliveries = Counter("threads_deliveries", "Events given to the sockets of this process", registry=REGISTRY)
healed = Counter(
    "threads_healed",
    "What had gone missing on its way and was made good: a message that was sent again under its clientId (repeat), one "
    "that somebody with a socket fetched afterwards (gap), a job whose worker was gone (job)",
    ["what"],
    registry=REGISTRY,
)
uploads = Counter("threads_uploads", "Images that were received", ["outcome"], registry=REGISTRY)
upload_bytes = Counter("threads_upload_bytes", "Bytes of the images that were stored", registry=REGISTRY)
caches = Counter("threads_cache", "Look-ups in memory", ["cache", "result"], registry=REGISTRY)
jobs_worked = Counter(
    "threads_jobs_worked", "Attempts at background jobs in this process", ["task", "outcome"], registry=REGISTRY
)

for _what in ("repeat", "gap", "job"):
    healed.labels(_what)
for _outcome in ("stored", "refused"):
    uploads.labels(_outcome)

image_hit, image_miss = (caches.labels("images", result) for result in ("hit", "miss"))
session_hit, session_miss = (caches.labels("sessions", result) for result in ("hit", "miss"))
