"""How a mail leaves the house: over one SMTP connection a round, in Dutch, without anything about a person."""

from email.message import EmailMessage
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import unquote, urlsplit

import aiosmtplib

_DEFAULT_PORTS = {"smtp": 25, "smtps": 465}


class Mail(Protocol):
    """A mail: its subject line and its text."""

    @property
    def onderwerp(self) -> str: ...
    @property
    def tekst(self) -> str: ...


class MailError(Exception):
    """A mail that was not taken; ``reason`` is a reply code or a kind of error, never a text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MailSender:
    """Send mails over one connection, opened at the first and opened again when it was lost; one at a time.

    A second connection of one client waits until the first is closed: who sends to several mailboxes beside each other
    makes a sender for each.

    ``smtp://`` takes STARTTLS when the server offers it, ``smtps://`` is TLS from the start.
    """

    def __init__(self, url: str, *, sender: str, timeout_seconds: float = 10.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
            raise ValueError("KETENRADAR_SMTP_URL begint met smtp:// of smtps:// en noemt een server")
        self._sender = sender
        self._client = aiosmtplib.SMTP(
            hostname=parts.hostname,
            port=parts.port or _DEFAULT_PORTS[parts.scheme],
            use_tls=parts.scheme == "smtps",
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            timeout=timeout_seconds,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    async def send(self, to: str, mail: Mail, *, message_id: str) -> None:
        """Send one mail; raises ``MailError`` when the server did not take it."""
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = to
        message["Subject"] = mail.onderwerp
        message["Message-ID"] = f"<{message_id}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine needs to answer
        message["Content-Language"] = "nl"
        message.set_content(mail.tekst)
        try:
            if not self._client.is_connected:
                await self._client.connect()
            await self._client.send_message(message)
        except aiosmtplib.SMTPResponseException as error:
            raise MailError(f"smtp-{error.code}") from None
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise MailError(f"smtp-{error.recipients[0].code}") from None
        except (aiosmtplib.SMTPException, OSError) as error:
            self._client.close()
            raise MailError(type(error).__name__) from None
