"""The section `notify`: the channels to which people's alerts go. `sections.py` holds the others."""

import base64
import binascii
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator

from config.sections import Section

ChannelName = Annotated[str, Field(pattern=r"^[a-z](_?[a-z0-9]){0,39}$")]
"""A part of a consumer group's name, of an environment variable's (where two underscores divide) and of a label."""

Kind = Literal["trend", "post_overperforming", "kpi_anomaly", "creator_anomaly", "integrity", "data_quality"]

ScopeName = Annotated[str, Field(pattern=r"^(all|[a-z]+(:.{1,200})?)$")]

SECRET = "whsec_"  # noqa: S105 - how such secrets begin, not one
FEWEST, MOST = 24, 64
"""Bytes of a webhook's secret. Source: Standard Webhooks 1.0, section "Symmetric signatures"."""


class Channel(Section):
    """Where alerts go, which, and in what language: `notify.channels.<name>`."""

    url: SecretStr = SecretStr("")
    """Address of a chat or mail service as apprise writes it, such as slack://...; it holds passwords."""
    webhook: SecretStr = SecretStr("")
    """Address of a program of yours that takes signed records, http(s)://...; instead of url."""
    secret: SecretStr = SecretStr("")
    """What a webhook's records are signed with: whsec_ and base64; several, for a change, with spaces between."""
    language: Literal["en", "fr"] = "en"
    """Of what is said."""
    min_severity: Literal["info", "warning", "critical"] = "info"
    """Least severity of a first message; what follows on it is told whatever it weighs."""
    kinds: tuple[Kind, ...] = ()
    """Kinds of alert that are told; empty: all."""
    scopes: tuple[ScopeName, ...] = ()
    """Scopes that are told: all, community:makeup, or a whole dimension such as community; empty: all of them."""
    rule: str = Field(default="", pattern=r"^([a-z0-9][a-z0-9_-]{0,63})?$")
    """Rule of freshet.rules.v1 that this channel keeps to, besides what is asked for here; empty: none."""
    news: Literal["auto", "all", "important", "none"] = "auto"
    """What follows a first message: all; what is graver, taken back or returns; nothing. auto: all where the channel
    has threads and on webhooks, else important."""
    per_minute: int = Field(default=20, ge=1, le=6000)
    """Messages in any minute, at most; the others wait."""

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        url, webhook, secret = (each.get_secret_value() for each in (self.url, self.webhook, self.secret))
        if bool(url) == bool(webhook):
            said = "both are set" if url else "is empty, and so is webhook"
            raise ValueError(f"url {said}: name either an address of apprise in url or one of your own in webhook")
        if webhook and not webhook.startswith(("https://", "http://")):
            raise ValueError("webhook is *****: must begin with https:// (or http://, inside your own network)")
        if webhook and not secret:
            raise ValueError("secret is empty: a webhook is signed with whsec_ and base64 of 24 to 64 random bytes")
        if url and secret:
            raise ValueError("secret is set: it belongs to a webhook; an address in url holds its own")
        for each in secret.split():
            _check_secret(each)
        return self


def _check_secret(secret: str) -> None:
    try:
        size = len(base64.b64decode(secret.removeprefix(SECRET), validate=True))
    except binascii.Error:
        size = 0
    if not secret.startswith(SECRET) or not FEWEST <= size <= MOST:
        raise ValueError(f"secret is *****: must be {SECRET} and the base64 of {FEWEST} to {MOST} bytes")


class Notify(Section):
    """How `freshet notify` runs: alerts to chat, mail and webhooks, a reader of the public topic."""

    channels: dict[ChannelName, Channel] = Field(default={})
    """By name: lower-case letters, digits, single underscores. Addresses are secrets: set them by the environment,
    FRESHET_NOTIFY__CHANNELS__<NAME>__URL."""
    group: str = Field(default="freshet-notify", pattern=r"^[a-zA-Z0-9._-]{1,128}$")
    """Beginning of the consumer groups' names: each channel is a group of its own, <group>.<channel>."""
    page_url: str = Field(default="", pattern=r"^(https?://[^\s?#]+)?$")
    """Where people reach the live page, for the link in a message; empty: no link."""
    max_age_s: float = Field(default=21_600.0, ge=60, le=315_360_000)
    """Alerts whose detected_at is longer ago are not sent, seconds."""
    attempt_s: float = Field(default=15.0, ge=1, le=300)
    """How long one attempt to send may take, seconds."""
    give_up_s: float = Field(default=3600.0, ge=0, le=604_800)
    """After which a message that fails becomes a dead letter, seconds; until then it is tried again."""
    remember_s: float = Field(default=604_800.0, ge=3600, le=31_536_000)
    """How long it is remembered that a trend was told, after its latest news, seconds; at least max_age_s."""
    max_told: int = Field(default=10_000, ge=100, le=1_000_000)
    """Told trends remembered of a channel and partition, at most; the oldest are forgotten."""
    web_host: str = Field(default="127.0.0.1", min_length=1)
    """Address that serves /metrics, /healthz and /readyz."""
    web_port: int = Field(default=6090, ge=1, le=65_535)
    """Port that serves them."""

    @model_validator(mode="after")
    def _what_may_be_sent_is_remembered(self) -> Self:
        if self.remember_s < self.max_age_s:
            raise ValueError(
                f"remember_s is {self.remember_s:g}: must be at least max_age_s, {self.max_age_s:g}, else an alert that"
                " is published again is sent again"
            )
        return self
