"""`neural-threads check`: what is missing or unsafe in this installation, before and after a deployment."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

from neural_threads.local.postgres_binaries import CannotStart
from neural_threads.local.postgres_cluster import running_cluster
from neural_threads.platform.config import Settings, SettingsError, get_settings
from neural_threads.platform.security.rate_limits import limits_with

from .database_checks import database_findings
from .findings import Finding, Level, Report, as_text, good, report_of, wrong
from .service_checks import service_findings
from .settings_checks import settings_findings
from .storage_checks import model_findings, storage_findings

__all__ = ["Level", "Report", "as_text", "check"]


def check(env: Mapping[str, str], *, before: bool = False) -> Report:
    """Look at everything. `before`: pending migrations and a missing worker are what the deployment will see to."""
    settings, problems = Settings.read(env)
    try:
        limits_with(settings.limit_overrides)
    except SettingsError as error:
        problems.append(str(error))
    return report_of(_findings(settings, problems, before=before))


def _findings(settings: Settings, problems: list[str], *, before: bool) -> Iterator[Finding]:
    yield from settings_findings(settings, problems)
    yield from _whatever_happens("storage", storage_findings(settings))
    yield from _whatever_happens("models", model_findings(settings))
    with ExitStack() as stack:
        try:
            url = stack.enter_context(running_cluster(settings))
        except CannotStart as reason:
            yield wrong("database", str(reason))
        else:
            if not settings.database_url:
                yield good("database", "DATABASE_URL is not set: the private PostgreSQL of the data directory is used.")
            yield from _whatever_happens("database", database_findings(settings.with_database(url), before=before))
    if problems:
        return  # What follows asks the settings of the process, which do not exist.
    get_settings.cache_clear()
    for subject, findings in service_findings(settings, before=before):
        yield from _whatever_happens(subject, findings)


def _whatever_happens(subject: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    """The findings; a mistake of ours in one subject must not hide all others."""
    try:
        yield from findings
    except Exception as error:
        yield wrong(subject, f"This could not be looked at ({type(error).__name__}: {error}).")
