"""Mail: by SMTP when it is configured, otherwise into the outbox folder, where developers and tests read it."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib
import structlog

from .config import get_settings
from .ids import new_id
from .wire import Moment

log = structlog.get_logger(__name__)

PATIENCE = 20


def letter(to: str, name: str, subject: str, body: str) -> EmailMessage:
    """A plain letter. Line breaks in a name or a subject cannot make new headers."""
    message = EmailMessage()
    sender_name, sender = parseaddr(get_settings().mail_from)
    message["From"] = Address(sender_name, addr_spec=sender)
    message["To"] = Address(_one_line(name), addr_spec=_one_line(to))
    message["Subject"] = _one_line(subject)
    message["Date"] = format_datetime(Moment.current())
    message["Message-ID"] = make_msgid(domain=sender.partition("@")[2] or None)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message


def _one_line(text: str) -> str:
    return " ".join(text.split())


async def send(message: EmailMessage) -> None:
    """Hand it over: to the SMTP server, or as a file into the outbox."""
    if get_settings().smtp_url:
        await _hand_to_smtp(message, get_settings().smtp_url)
    else:
        _put_into(outbox(), message)
    log.info("mail_sent", subject=message["Subject"])


def outbox() -> Path:
    """Where letters lie when no SMTP server is configured."""
    return get_settings().data_dir / "outbox"


def _put_into(folder: Path, message: EmailMessage) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{new_id()}"
    draft.write_bytes(message.as_bytes())
    draft.rename(folder / f"{draft.name[1:]}.eml")  # Readers never see half a letter.


async def _hand_to_smtp(message: EmailMessage, url: str) -> None:
    server = urlsplit(url)
    secure = server.scheme == "smtps"
    await aiosmtplib.send(
        message,
        hostname=server.hostname,
        port=server.port or (465 if secure else 587),
        username=unquote(server.username) if server.username else None,
        password=unquote(server.password) if server.password else None,
        use_tls=secure,
        timeout=PATIENCE,
    )
