"""What a room must be told from outside: addresses, identities, keys. Each variable begins with ``KETENRADAR_``."""

import os
from dataclasses import replace
from datetime import date
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from pydantic import PositiveFloat, PositiveInt, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.rules.codes import DienstSoort, SchoolRegio
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings, TenWeeksAnchor


class Omgeving(StrEnum):
    LOKAAL = "lokaal"
    PRODUCTIE = "productie"


def _secrets_dir() -> Path | None:
    """Return the folder in which the platform puts secrets as files (``ketenradar_database_url`` …), if it is there."""
    folder = Path(os.environ.get("KETENRADAR_SECRETS_DIR", "/run/secrets"))
    return folder if folder.is_dir() else None


class RoomSettings(BaseSettings):
    """Hold the settings that every room needs; a room adds its own in ``services/<room>/settings.py``."""

    model_config = SettingsConfigDict(env_prefix="KETENRADAR_", secrets_dir=_secrets_dir(), frozen=True, extra="ignore")

    omgeving: Omgeving = Omgeving.PRODUCTIE
    database_url: SecretStr
    redis_url: SecretStr
    key_file: Path | None = None
    # The same content as the file, for platforms that put secrets in the environment.
    keys: SecretStr | None = None
    # A service that keeps the master keys to itself (OpenBao or HashiCorp Vault, secrets engine "transit").
    kms_url: str = ""
    kms_key: str = ""
    kms_token_file: Path | None = None

    # One issuer of tokens; when it goes by more than one name, all of them with spaces between, its own first.
    issuer: str
    jwks_url: str
    audience: str = "ketenradar"
    token_url: str
    client_id: str
    client_key_file: Path
    assertion_audience: str = ""  # as whom the issuer wants to be spoken to by a room; empty: by its own name
    # In which header the gateway tells of the certificate of who calls; empty: a token that is bound to one is refused.
    client_certificate_header: str = ""
    person_token_seconds_max: int = 43_200
    room_token_seconds_max: int = 21_600  # NL GOV OAuth: at most six hours for client credentials

    # With both, the door speaks TLS; whoever calls it believes the authority in SSL_CERT_FILE.
    tls_certificate_file: Path | None = None
    tls_key_file: Path | None = None

    host: str = "127.0.0.1"
    port: int = 8000
    intake_url: str = "http://127.0.0.1:8001"
    triage_url: str = "http://127.0.0.1:8002"
    handover_url: str = "http://127.0.0.1:8003"
    monitoring_url: str = "http://127.0.0.1:8004"

    clock_file: Path | None = None
    log_level: str = "INFO"
    pool_size: int = 16
    body_bytes_max: int = 1_048_576
    relay_poll_seconds: float = 0.05
    # How often the worker looks whether keys hang on an older master key than the active one.
    keys_check_seconds: PositiveFloat = 30.0
    # A worker that comes back under the name that it had finds at once what it had in hand when it died.
    worker_name: str = ""
    stream_batch_max: int = 100
    stream_claim_idle_seconds: float = 30.0
    quarantine_after_attempts: int = 5

    # What one source may ask of a door: a client of a token and its user, or a network address without a good token.
    # A local run has wider ones of its own (shared/web/limits.py), unless they are said here.
    limit_reads_per_second: PositiveFloat = 100
    limit_reads_burst: PositiveInt = 200
    limit_writes_per_second: PositiveFloat = 50
    limit_writes_burst: PositiveInt = 100
    limit_rooms_per_second: PositiveFloat = 1_000
    limit_rooms_burst: PositiveInt = 2_000
    limit_misses_per_minute: PositiveFloat = 60
    limit_misses_burst: PositiveInt = 60
    limit_refusals_per_minute: PositiveFloat = 60
    limit_refusals_burst: PositiveInt = 60
    # Of pages: what one person looks at (and as much again for what his open pages look at by themselves, each twice a
    # minute), how many reports he gets, and how often one address comes to log in, behind which a whole town hall is.
    limit_pages_per_minute: PositiveFloat = 120
    limit_pages_burst: PositiveInt = 60
    limit_reports_per_minute: PositiveFloat = 30
    limit_reports_burst: PositiveInt = 30
    limit_logins_per_minute: PositiveFloat = 600
    limit_logins_burst: PositiveInt = 200
    # From where ``X-Forwarded-For`` is believed: the networks in which nobody but the gateway sets it.
    gateway_networks: tuple[IPv4Network | IPv6Network, ...] = ()

    # The points on which the sources are not certain; see shared/rules/settings.py for why.
    ten_weeks_anchor: TenWeeksAnchor = DEFAULT_SETTINGS.ten_weeks_anchor
    monitor_offsets_months: tuple[int, ...] = DEFAULT_SETTINGS.monitor_offsets_months
    # As JSON: {"onderzoek": [3, 12]}; a dienst that is not named is followed at the months above.
    monitor_offsets_per_dienst: dict[DienstSoort, tuple[PositiveInt, ...]] = {}
    extra_sluitingsdagen: frozenset[date] = DEFAULT_SETTINGS.extra_sluitingsdagen
    vir_aan: bool = DEFAULT_SETTINGS.vir_aan
    vt_register_automatisch: bool = DEFAULT_SETTINGS.vt_register_automatisch
    adviesvrager_bewaren_maanden: PositiveInt = DEFAULT_SETTINGS.adviesvrager_bewaren_maanden
    handle_with_care_automatisch: bool = DEFAULT_SETTINGS.handle_with_care_automatisch
    schoolvakantie_regio: SchoolRegio = DEFAULT_SETTINGS.schoolvakantie_regio

    @property
    def rules(self) -> RuleSettings:
        """The rulebook's settings, with what this installation says otherwise."""
        return replace(
            DEFAULT_SETTINGS,
            ten_weeks_anchor=self.ten_weeks_anchor,
            monitor_offsets_months=self.monitor_offsets_months,
            monitor_offsets_per_dienst=tuple(self.monitor_offsets_per_dienst.items()),
            extra_sluitingsdagen=self.extra_sluitingsdagen,
            vir_aan=self.vir_aan,
            vt_register_automatisch=self.vt_register_automatisch,
            adviesvrager_bewaren_maanden=self.adviesvrager_bewaren_maanden,
            handle_with_care_automatisch=self.handle_with_care_automatisch,
            schoolvakantie_regio=self.schoolvakantie_regio,
        )

    def model_post_init(self, _context: object) -> None:
        """Refuse simulated time outside a local run: a clock that can be moved keeps no legal term."""
        if self.clock_file and self.omgeving is not Omgeving.LOKAAL:
            raise ValueError("KETENRADAR_CLOCK_FILE is alleen toegestaan als KETENRADAR_OMGEVING=lokaal")
