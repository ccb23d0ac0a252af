"""An abonnement with a delivery that can be looked at and sent again, and another that may be ended."""

from tests.flow.house import Person

# Nobody listens there: what is sent is refused, and stays to be looked at.
_NOWHERE = "http://127.0.0.1:9/keten"

Instead = dict[str, dict[str, list[str]]]
_ON_ONE = ("readAbonnement", "resumeAbonnement", "rotateGeheim", "listLeveringen", "sendProef")


def plant_webhooks(person: Person) -> tuple[dict[str, str], Instead]:
    """Return the ids by the names that paths give them, and which operation is about which."""
    stays, ends = (_subscribe(person) for _ in range(2))
    levering = person.post("monitoring", f"/abonnementen/{stays}/proeven", status=202)["id"]
    on_one: Instead = {f"monitoring.{name}": {"abonnementId": [stays]} for name in _ON_ONE}
    return {"abonnementId": stays, "leveringId": levering}, {
        **on_one,
        "monitoring.repeatLevering": {"abonnementId": [stays], "leveringId": [levering]},
        "monitoring.endAbonnement": {"abonnementId": [ends]},
    }


def _subscribe(person: Person) -> str:
    body = {"callbackUrl": _NOWHERE, "soorten": ["termijn-dreigend", "melding-ontvangen"]}
    found: str = person.post("monitoring", "/abonnementen", body)["id"]
    return found
