"""Send mail by SMTP, or write it to the outbox folder when SMTP is not configured."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib
import structlog

from neural_threads.platform.serialization.types import Moment

from .config import get_settings
from .ids import new_id

log = structlog.get_logger(__name__)

PATIENCE = 20


def letter(to: str, name: str, subject: str, body: str) -> EmailMessage:
    """A plain letter. Line breaks in a name or a subject cannot make new headers."""
    sender_name, sender = parseaddr(get_settings().mail_from)
    message = EmailMessage(SMTP if to.isascii() and sender.isascii() else SMTPUTF8)
    message["From"] = _address(sender_name, sender)
    message["To"] = _address(_one_line(name), _one_line(to))
    message["Subject"] = _one_line(subject)
    message["Date"] = format_datetime(Moment.current())
    message["Message-ID"] = make_msgid(domain=sender.partition("@")[2] or None)
    message["Auto-Submitted"] = "auto-generated"
    # In plain ASCII a link stays whole also for those who read the file itself.
    message.set_content(body, cte="7bit" if body.isascii() else None)
    return message


def _address(name: str, address: str) -> Address:
    """Taken apart here, since the library's own parser refuses letters beyond ASCII (RFC 6531)."""
    mailbox, _at, domain = address.rpartition("@")
    return Address(name, mailbox, domain)


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
    """Return where letters lie when no SMTP server is configured."""
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
