"""A receiver who asks for our certificate: with the right one he is told, with any other it is a failed attempt."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from deploy.secrets.certificates import Authority, new_authority, new_certificate
from services.handover.domain.leveradres import Adres
from services.handover.domain.leverbericht import Bericht
from services.handover.domain.levering import PogingUitkomst
from services.handover.partners import rest as rest_module
from services.handover.partners.leveren import LeverRegels, Zending
from services.handover.partners.rest import RestBezorger
from shared.clock import system_clock
from shared.rules.codes import BestemmingSoort
from shared.web.outward import looked_up, new_secret
from tests.certificates import SERVER_AUTH, shown_by
from tests.integration.handover.conftest import HandoverRoom
from tests.integration.handover.levering import deliverer, leveringen, offer, one_round, rest
from tests.integration.handover.tls import strict_receiver

pytestmark = pytest.mark.anyio

NAME = "Ketenradar Verzonnen Aansluiting"
LATER, AGO = timedelta(days=30), timedelta(days=-2)
Made = Callable[[Authority], str]


@pytest.fixture(scope="module")
def authority() -> Authority:
    """By which the receiver of these tests shows who he is, and which he believes about us."""
    return new_authority("verzonnen-autoriteit", system_clock())


@pytest.fixture
def believed(authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process believe the authority of the receiver, as an installation does."""
    (tmp_path / "vertrouwd.pem").write_text(authority.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "vertrouwd.pem"))


def asks(
    folder: Path, authority: Authority, name: str = "127.0.0.1", *, most: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
) -> ssl.SSLContext:
    """Return how a receiver speaks who lets in nobody without a certificate of this authority."""
    certificate, key = new_certificate(authority, [name], system_clock())
    (folder / "server.pem").write_text(certificate + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = most
    context.load_cert_chain(folder / "server.pem")
    context.load_verify_locations(cadata=authority.pem)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def shows(folder: Path, pem: str) -> LeverRegels:
    """Return the rules of a deliverer that has this certificate."""
    file = folder / "ons.pem"
    file.write_text(pem)
    return LeverRegels(allow_private=True, timeout_seconds=5, certificaat=(file, file))


def zending(url: str, *, clientcertificaat: bool = True) -> Zending:
    bericht = Bericht(
        levering_id=UUID(int=1),
        overdracht_id=UUID(int=2),
        organisatie_id="opvang-rotterdam-rijnmond",
        gemeente_code="0599",
        soort=BestemmingSoort.OPVANG,
        accepteren_uiterlijk=datetime(2026, 3, 9, tzinfo=UTC),
        deur_url="https://handover.example",
    )
    return Zending(bericht, Adres(url=url), geheimen=(new_secret(),), clientcertificaat=clientcertificaat)


def ours(authority: Authority) -> str:
    return shown_by(authority, NAME, until=system_clock() + LATER)


def of_another(_: Authority) -> str:
    return ours(new_authority("andere-autoriteit", system_clock()))


def ended(authority: Authority) -> str:
    return shown_by(authority, NAME, until=system_clock() + AGO)


def of_a_server(authority: Authority) -> str:
    return shown_by(authority, NAME, until=system_clock() + LATER, usage=SERVER_AUTH)


@pytest.mark.usefixtures("believed")
@pytest.mark.parametrize("most", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["tls-1.2", "tls-1.3"])
@pytest.mark.parametrize(
    ("made", "asked", "uitkomst"),
    [
        pytest.param(ours, True, PogingUitkomst.ONTVANGEN, id="ours"),
        pytest.param(ours, False, PogingUitkomst.CERTIFICAAT, id="not-shown"),
        pytest.param(of_another, True, PogingUitkomst.CERTIFICAAT, id="of-another-authority"),
        pytest.param(ended, True, PogingUitkomst.CERTIFICAAT, id="ended"),
        pytest.param(of_a_server, True, PogingUitkomst.CERTIFICAAT, id="made-for-a-server"),
    ],
)
async def test_only_our_own_certificate_gets_a_notice_through_to_who_asks_for_it(  # noqa: PLR0917
    authority: Authority, tmp_path: Path, most: ssl.TLSVersion, made: Made, asked: bool, uitkomst: PogingUitkomst
) -> None:
    regels = shows(tmp_path, made(authority))
    with strict_receiver(asks(tmp_path, authority, most=most)) as partner:
        async with RestBezorger(regels) as bezorger:
            found = await bezorger.send(zending(partner.url, clientcertificaat=asked), now=system_clock())

    assert found.uitkomst is uitkomst
    assert len(partner.bodies) == (uitkomst is PogingUitkomst.ONTVANGEN)


async def test_our_certificate_is_not_enough_when_we_do_not_believe_his(authority: Authority, tmp_path: Path) -> None:
    regels = shows(tmp_path, ours(authority))
    with strict_receiver(asks(tmp_path, authority)) as liar:
        async with RestBezorger(regels) as bezorger:
            found = await bezorger.send(zending(liar.url), now=system_clock())

    assert found.uitkomst is PogingUitkomst.CERTIFICAAT
    assert liar.bodies == []


@pytest.mark.usefixtures("believed")
async def test_what_one_name_proved_counts_for_no_other_name_of_the_same_machine(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def here(_: str, __: int) -> list[str]:
        return ["127.0.0.1"]

    monkeypatch.setattr(rest_module, "looked_up", partial(looked_up, lookup=here))
    regels = shows(tmp_path, ours(authority))
    with strict_receiver(asks(tmp_path, authority, "een.example")) as shared:
        async with RestBezorger(regels) as bezorger:
            told = [
                (await bezorger.send(zending(shared.url.replace("127.0.0.1", name)), now=system_clock())).uitkomst
                for name in ("een.example", "ander.example")
            ]

    assert told == [PogingUitkomst.ONTVANGEN, PogingUitkomst.CERTIFICAAT]
    assert len(shared.bodies) == 1


@pytest.mark.usefixtures("believed")
async def test_a_line_that_is_cut_is_no_matter_of_certificates(authority: Authority, tmp_path: Path) -> None:
    async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    server = await asyncio.start_server(cut, "127.0.0.1", 0)
    async with server, RestBezorger(shows(tmp_path, ours(authority))) as bezorger:
        port = server.sockets[0].getsockname()[1]
        found = await bezorger.send(zending(f"https://127.0.0.1:{port}/x"), now=system_clock())

    assert found.uitkomst is PogingUitkomst.GEEN_ANTWOORD


@pytest.mark.usefixtures("believed")
async def test_who_does_not_take_our_certificate_is_tried_again_and_the_log_says_only_that(
    handover: HandoverRoom, authority: Authority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    regels = shows(tmp_path, ours(authority))
    with strict_receiver(asks(tmp_path, authority)) as partner:
        async with deliverer(handover, timeout_seconds=5, certificaat=regels.certificaat) as plan:
            await rest(handover, partner.url, clientcertificaat=True)
            await rest(handover, partner.url, "jbrr", clientcertificaat=False)
            _, shown = await offer(handover)
            _, hidden = await offer(handover, "jbrr", BestemmingSoort.GECERTIFICEERDE_INSTELLING)

            assert await one_round(plan) == 2

    (delivered,), (failed,) = await leveringen(handover, shown), await leveringen(handover, hidden)
    assert (delivered["status"], delivered["bewijs"]) == ("ontvangen", "antwoord")
    assert (failed["status"], failed["pogingen"][0]["uitkomst"]) == ("open", "certificaat")
    assert failed["volgendePogingOp"] is not None
    logging.shutdown()
    written = capsys.readouterr()
    assert "levering_tried" in written.out
    for secret in (NAME, str(tmp_path), partner.url, "ons.pem", "BEGIN", socket.gethostname()):
        assert secret not in written.out + written.err
