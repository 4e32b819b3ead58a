"""Settings, read once from the environment (prefix ``MAILER_``) or a ``.env`` beside the checkout, checked at start.

Every field is explained for who runs an installation in docs/operating.md (a test holds the two together).
"""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from mailer.foundation.errors import BadInput
from mailer.foundation.links import Links
from mailer.foundation.quiet import QuietHours, parse_quiet_hours
from mailer.foundation.tokens import Tokens

_DNS_NAME = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(\.(?!-)[A-Za-z0-9_-]{1,63})*")
CHECKOUT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """All that differs between installations. Seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix="MAILER_", env_file=CHECKOUT / ".env", extra="ignore")

    # Where things are
    data_dir: Path = CHECKOUT / ".var"
    database_url: str = ""
    broker_url: str = ""
    smtp_url: str = "smtp://127.0.0.1:2525"
    base_url: str = "http://127.0.0.1:8000"
    templates_dir: Path = CHECKOUT / "templates" / "emails"
    secret_key: SecretStr = SecretStr("")

    # Who we are to other mail servers
    mail_domain: str = "tegelpost.example.org"
    reply_domain: str = ""
    bounce_domain: str = ""
    # Letters are signed for these domains (DKIM), with commas between them; empty leaves that to the mail server.
    dkim_domains: str = ""
    dkim_selector: str = "tegelpost"
    dkim_key_file: str = ""
    dkim_ed25519_selector: str = ""
    dkim_ed25519_key_file: str = ""

    # How letters leave
    connections: int = Field(2, ge=1, le=256)
    # Another machine waits half as long again before it says what is in doubt: together under a minute (invariant I4).
    lease_seconds: float = Field(36, gt=0)
    reply_deadline_seconds: float = Field(600, gt=0)
    transaction_deadline_seconds: float = Field(300, gt=0)
    connect_deadline_seconds: float = Field(60, gt=0)
    letters_per_connection: int = Field(0, ge=0)
    retry_seconds: float = Field(900, gt=0)
    grace_seconds: float = Field(600, ge=0)
    quiet_hours: str = ""
    # Whose school holidays count (Noord, Midden, Zuid); empty: nobody's.
    school_region: Literal["", "Noord", "Midden", "Zuid"] = "Midden"
    resend_uncertain: bool = False
    newsletter_expiry_hours: float = Field(48, gt=0)
    hold_retry_seconds: float = Field(60, gt=0)
    hold_longest_seconds: float = Field(900, gt=0)
    letters_per_second: int | None = Field(None, ge=1)
    letters_per_minute: int | None = Field(None, ge=1)
    letters_per_hour: int | None = Field(None, ge=1)
    letters_per_day: int | None = Field(None, ge=1)
    tick_seconds: float = Field(1, gt=0)
    watchdog_seconds: float = Field(20, gt=0)

    # "Klopt dit nog?": asking organisations about themselves
    check_letters_yearly: bool = False
    check_letters_per_day: int = Field(25, ge=1)
    check_letter_days: int = Field(365, ge=1)

    # The web
    web_port: int = Field(8000, ge=0, le=65535)
    sign_in_minutes: int = Field(30, ge=1)
    upload_limit_bytes: int = Field(10 * 1024 * 1024, ge=1024)
    behind_proxy: bool = False

    # The demonstration: sample data is marked on every page, and a mail catcher takes what would leave
    sample: bool = False
    catcher_port: int = Field(2525, ge=0, le=65535)

    @field_validator("base_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        if urlsplit(value).scheme not in ("http", "https"):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("dkim_domains", "dkim_selector", "dkim_ed25519_selector")
    @classmethod
    def _names_of_dns(cls, value: str) -> str:
        for name in value.replace(",", " ").split():
            try:
                ascii_name = name.encode("idna").decode()
            except UnicodeError as problem:
                raise ValueError(f"{name} is no name in DNS") from problem
            if not _DNS_NAME.fullmatch(ascii_name):
                raise ValueError(f"{name} is no name in DNS")
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _names_hours(cls, value: str) -> str:
        parse_quiet_hours(value)
        return value

    @cached_property
    def quiet(self) -> QuietHours | None:
        return parse_quiet_hours(self.quiet_hours)

    @cached_property
    def effective_database_url(self) -> str:
        """The database: what was set, else SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'tegelpost.sqlite3'}"

    @cached_property
    def secret(self) -> bytes:
        """The installation's secret; the embedded default keeps its own in the data folder (see ``keep_secret``)."""
        given = self.secret_key.get_secret_value()
        return (given or keep_secret(self.data_dir)).encode()

    @cached_property
    def links(self) -> Links:
        return Links(self.base_url, Tokens(self.secret))

    @cached_property
    def effective_reply_domain(self) -> str:
        return self.reply_domain or f"reply.{self.mail_domain}"

    @cached_property
    def effective_bounce_domain(self) -> str:
        return self.bounce_domain or f"bounce.{self.mail_domain}"

    @cached_property
    def dkim_domain_list(self) -> tuple[str, ...]:
        """The domains letters are signed for, as DNS writes them; none when they are not signed here."""
        return tuple(one.lower().encode("idna").decode() for one in self.dkim_domains.replace(",", " ").split())

    @cached_property
    def effective_dkim_key_file(self) -> Path:
        return Path(self.dkim_key_file) if self.dkim_key_file else self.data_dir / "dkim" / "rsa.pem"

    @cached_property
    def effective_dkim_ed25519_selector(self) -> str:
        return self.dkim_ed25519_selector or f"{self.dkim_selector}-ed"

    @property
    def pictures_dir(self) -> Path:
        return self.data_dir / "pictures"

    @property
    def imports_dir(self) -> Path:
        """Lists that were uploaded and wait for "Toepassen"."""
        return self.data_dir / "imports"

    @property
    def catcher_dir(self) -> Path:
        return self.data_dir / "catcher"


def load_settings() -> Settings:
    """Read and check all settings.

    Raises ``BadInput`` that names each setting that is not right.
    """
    try:
        return Settings()
    except ValidationError as problem:
        wrong = [f"MAILER_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in problem.errors()]
        raise BadInput("Deze instellingen kloppen niet: " + "; ".join(wrong), problems=wrong) from problem


def keep_secret(data_dir: Path) -> str:
    """Return the secret kept in the data folder, made at the first start (readable by its owner only)."""
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        # Written beside it and linked: another process of the same start sees a whole secret or none.
        own = data_dir / f"secret_key.{os.getpid()}"
        with open(own, "w", encoding="ascii", opener=_owner_only) as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(own, path)
        own.unlink()
    return path.read_text(encoding="ascii").strip()


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
