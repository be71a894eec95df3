"""What an operator can set: read from the environment (`CANDOUR_...`) or a `.env` file, checked at start-up."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from candour.sealing import Keys


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """An OpenID Connect provider, and what it knows us by. `claim` tells which of its names is that of an account."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    claim: str


class Config(BaseSettings):
    """The settings of one installation; every one is described in `docs/operate.md`."""

    model_config = SettingsConfigDict(env_prefix="CANDOUR_", env_file=".env", extra="ignore")

    secret_key: SecretStr = SecretStr("")
    debug: bool = False
    allowed_hosts: list[str] = Field(default_factory=lambda: ["localhost", "127.0.0.1", "[::1]"])
    trusted_origins: list[str] = Field(default_factory=list)
    behind_https: bool = False
    data_dir: Path = Path("var")
    database: str = ""
    service_name: str = "Candour"
    side: Literal["both", "public"] = "both"
    second_factor: Literal["offered", "required"] = "offered"
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = "your force’s account"
    oidc_claim: str = "preferred_username"
    quick_exit_url: str = "https://www.bbc.co.uk/weather"
    feedback_address: str = ""
    link_check_private: bool = False
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_tls: bool = True
    imap_host: str = ""
    imap_port: int = 993
    imap_tls: bool = True
    imap_user: str = ""
    imap_password: SecretStr = SecretStr("")
    imap_token_url: str = ""
    imap_client_id: str = ""
    imap_client_secret: SecretStr = SecretStr("")
    imap_scope: str = "https://outlook.office365.com/.default"
    imap_folder: str = "INBOX"
    imap_done_folder: str = ""
    imap_delivered_to: str = ""
    mail_checked_by: list[str] = Field(default_factory=list)
    whatdotheyknow: str = "https://www.whatdotheyknow.com"
    mail_folder: Path | None = None
    trail_key_file: Path | None = None
    uploads: Literal["sealed", "not kept"] = "sealed"
    upload_hours: int = Field(default=24, gt=0)
    upload_largest: int = Field(default=50, gt=0)
    records_memory: str = "2GB"
    records_largest: int = 50
    records_keep_source: bool = False
    seal_key_file: Path | None = None

    @field_validator("database")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"postgresql", "postgres", "sqlite"}:
            raise ValueError("must start with postgresql:// or sqlite:///")
        return value

    @field_validator("records_memory")
    @classmethod
    def _known_size(cls, value: str) -> str:
        if not re.fullmatch(r"[0-9]+(?:GB|MB)", value.strip(), re.IGNORECASE):
            raise ValueError("must be a size such as 2GB or 512MB")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _one_issuer(cls, value: str) -> str:
        if value and not is_private_enough(value):
            raise ValueError("must start with https://")
        if urlsplit(value).path.strip("/").split("/")[0] in {"common", "organizations", "consumers"}:
            raise ValueError("must name the tenant of the force: this one lets anybody’s accounts in")
        return value

    @model_validator(mode="after")
    def _whole_provider(self) -> Self:
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_client_secret.get_secret_value()):
            raise ValueError("CANDOUR_OIDC_ISSUER needs CANDOUR_OIDC_CLIENT_ID and CANDOUR_OIDC_CLIENT_SECRET too")
        return self

    @model_validator(mode="after")
    def _usable_keys(self) -> Self:
        if self.seal_key_file:
            self.seal_keys()
        return self

    def secret(self) -> str:
        """The secret key: the one set, or one made once and kept in the data folder, readable by its owner only."""
        if self.secret_key.get_secret_value():
            return self.secret_key.get_secret_value()
        return _made_once(self.data_dir / "secret_key")

    def identity_provider(self) -> IdentityProvider | None:
        """Where staff may sign in with the account of their force; None where they do so here alone."""
        if not self.oidc_issuer:
            return None
        secret = self.oidc_client_secret.get_secret_value()
        return IdentityProvider(self.oidc_issuer, self.oidc_client_id, secret, self.oidc_name, self.oidc_claim)

    def seal_keys(self) -> Keys:
        """The keys under which things are sealed: those of the file set, or one made once and kept in the data folder.

        Raises ValueError, naming the setting, where the file cannot be read or holds no key.
        """
        if self.seal_key_file is None:
            return Keys.of_text(_made_once(self.data_dir / "seal_key"))
        try:
            return Keys.of_text(self.seal_key_file.read_text(encoding="ascii"))
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            raise ValueError(f"CANDOUR_SEAL_KEY_FILE: {self.seal_key_file} cannot be used: {why}") from error

    def largest_upload(self) -> int:
        """Bytes beyond which nothing of an upload is kept, whatever page it comes to."""
        return max(self.upload_largest * 1_048_576, self.records_largest * 1_000_000)

    def databases(self) -> dict[str, dict[str, Any]]:
        """Django's DATABASES: SQLite in the data folder unless an address is given."""
        address = urlsplit(self.database)
        if address.scheme.startswith("postgres"):
            return {
                "default": {
                    "ENGINE": "django.db.backends.postgresql",
                    "NAME": unquote(address.path.lstrip("/")),
                    "USER": unquote(address.username or ""),
                    "PASSWORD": unquote(address.password or ""),
                    "HOST": unquote(address.hostname or ""),
                    "PORT": str(address.port or ""),
                    "CONN_MAX_AGE": 60,
                    "CONN_HEALTH_CHECKS": True,
                    # Each page asks little of many tables: to compile such a query takes longer than to answer it. The
                    # log is counted in groups, of which the planner expects too few to give them enough memory.
                    "OPTIONS": {"options": "-c jit=off -c work_mem=32MB"},
                }
            }
        path = Path(unquote(address.path)) if address.path else self.data_dir / "candour.sqlite3"
        path.parent.mkdir(parents=True, exist_ok=True)
        return {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": path,
                # A writer takes its lock at the start and waits for it, so that two people saving at once are told
                # apart by version and not by a database error.
                "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL;"},
            }
        }

    def mail(self) -> dict[str, Any]:
        """Django's mail settings: SMTP when a host is set, else files in a folder: what is printed gets into logs."""
        if self.smtp_host:
            return {
                "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "EMAIL_HOST": self.smtp_host,
                "EMAIL_PORT": self.smtp_port,
                "EMAIL_HOST_USER": self.smtp_user,
                "EMAIL_HOST_PASSWORD": self.smtp_password.get_secret_value(),
                "EMAIL_USE_TLS": self.smtp_tls,
                "EMAIL_TIMEOUT": 60,
            }
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(self.mail_folder or self.data_dir / "mail"),
        }


def is_private_enough(address: str) -> bool:
    """Whether nobody on the way reads what is sent to the address: it is HTTPS, or on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"})


def _made_once(path: Path) -> str:
    """The secret in a file of the data folder, made if it is not there, readable by its owner only."""
    with suppress(FileNotFoundError):
        return path.read_text(encoding="ascii").strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError), open(path, "x", encoding="ascii", opener=_private) as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii").strip()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@cache
def config() -> Config:
    """The settings of this process. Raises pydantic's ValidationError naming the variable that is wrong."""
    return Config()
