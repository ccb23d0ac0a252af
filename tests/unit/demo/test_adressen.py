"""Every receiver to whom the play hands over has an address, so that nobody of the region has to phone him."""

from deploy.demo.adressen import organisaties
from deploy.demo.chance import chance_of
from deploy.demo.course import receiver_of
from deploy.demo.sources import gemeenten
from shared.rules.codes import BestemmingSoort

NAMED_BY_THE_PROFESSIONAL = {BestemmingSoort.VEILIG_THUIS_ELDERS}


def test_whoever_receives_an_overdracht_in_the_play_has_an_address() -> None:
    known = set(organisaties())

    for gemeente in gemeenten():
        for soort in set(BestemmingSoort) - NAMED_BY_THE_PROFESSIONAL:
            for number in range(6):
                random = chance_of("adres", number, gemeente.code, soort)
                assert receiver_of(random, soort, gemeente.code).organisatie_id in known
