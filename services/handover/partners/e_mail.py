"""A notice by mail: that an overdracht waits, and where it is read. A mail server that takes it proves no receipt."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from services.handover.domain.leverbericht import mail_of
from services.handover.domain.levering import PogingUitkomst
from services.handover.partners.leveren import LeverRegels, Uitslag, Zending
from shared.mail import MailError, MailSender

_REFUSED_FOR_GOOD = "smtp-5"


@dataclass(frozen=True, slots=True)
class MailBezorger:
    """Send each notice over a connection of its own: a mail server that hangs holds back nothing else."""

    regels: LeverRegels
    smtp_url: str
    smtp_from: str

    async def send(self, zending: Zending, *, now: datetime) -> Uitslag:  # noqa: ARG002, as every way
        """Try once; the same notice always has the same Message-ID."""
        if zending.adres.e_mailadres is None:
            return Uitslag(PogingUitkomst.NIET_INGERICHT)
        seconds = self.regels.timeout_seconds
        try:
            async with (
                asyncio.timeout(seconds),
                MailSender(self.smtp_url, sender=self.smtp_from, timeout_seconds=seconds) as mail,
            ):
                message_id = str(zending.bericht.levering_id)
                await mail.send(zending.adres.e_mailadres, mail_of(zending.bericht), message_id=message_id)
        except MailError as error:
            refused = error.reason.startswith(_REFUSED_FOR_GOOD)
            return Uitslag(PogingUitkomst.GEWEIGERD if refused else PogingUitkomst.STORING)
        except (OSError, TimeoutError):
            return Uitslag(PogingUitkomst.GEEN_ANTWOORD)
        return Uitslag(PogingUitkomst.VERZONDEN)
