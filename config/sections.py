"""The sections of the settings: every knob with its default, range, unit and meaning. `settings.py` reads them."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

SERVERS = r"^([^\s,]+:\d{1,5}(,[^\s,]+:\d{1,5})*)?$"
TopicName = Annotated[str, Field(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9._-]*$", max_length=230)]
"""Kafka allows 249 characters; `.dead-letters` must still fit behind."""

Hours = Annotated[int, Field(ge=1, le=87_600)]


Dimension = Literal["community", "tier", "platform", "language", "format"]


class Section(BaseModel):
    """What the sections share: frozen, and strict about names."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


class Kafka(Section):
    """How to reach the brokers; the same for both Kafka clients."""

    bootstrap_servers: str = Field(default="", pattern=SERVERS)
    """host:port, several with commas between; empty: none is named, `freshet demo` then starts its own."""
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """How the brokers are spoken to."""
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    """How to log in; used with SASL_* only."""
    sasl_username: str = ""
    """User name; needed with SASL_* only."""
    sasl_password: SecretStr = SecretStr("")
    """Password; needed with SASL_* only. Set it by the environment, not in the file."""
    ssl_cafile: str = ""
    """PEM file of the authority that signed the brokers' certificates; empty: the system's."""

    @model_validator(mode="after")
    def _login_is_complete(self) -> Self:
        if self.security_protocol.startswith("SASL"):
            for name in ("sasl_username", "sasl_password"):
                if not getattr(self, name):
                    raise ValueError(f"{name} is empty: set it, as security_protocol is {self.security_protocol}")
        return self


class Topics(Section):
    """Names, partitions and retention of the topics. `freshet topics apply` makes them so."""

    partitions: int = Field(default=4, ge=1, le=512)
    """Partitions of posts, engagements, runs and outputs; fixed once the topics are made."""
    replication_factor: int = Field(default=1, ge=1, le=9)
    """Copies of each partition; 3 in production."""
    posts: TopicName = "social.posts.v1"
    """Input: posts."""
    engagements: TopicName = "social.engagements.v1"
    """Input: engagements."""
    campaigns: TopicName = "freshet.campaigns.v1"
    """Input, compacted: campaigns."""
    rules: TopicName = "freshet.rules.v1"
    """Input, compacted: subscribers' alert rules."""
    feedback: TopicName = "freshet.feedback.v1"
    """Input, compacted: what people thought of an alert."""
    alerts: TopicName = "freshet.alerts.v1"
    """Output: alerts."""
    trends: TopicName = "freshet.trends.v1"
    """Output, compacted: open trends."""
    kpis: TopicName = "freshet.kpis.v1"
    """Output, compacted: figures."""
    runs: TopicName = "freshet.internal.runs.v1"
    """Between READ and COUNT."""
    ticks: TopicName = "freshet.internal.ticks.v1"
    """Between COUNT and DECIDE; one partition."""
    read_state: TopicName = "freshet.internal.read-state.v1"
    """Snapshots of READ, compacted."""
    count_state: TopicName = "freshet.internal.count-state.v1"
    """Snapshots of COUNT, compacted."""
    decide_state: TopicName = "freshet.internal.decide-state.v1"
    """Snapshots of DECIDE, compacted; one partition."""
    told: TopicName = "freshet.internal.told.v1"
    """What `freshet notify` has told on which channel, compacted."""
    posts_retention_h: Hours = 168
    """Hours that posts (and their dead letters) are kept."""
    engagements_retention_h: Hours = 168
    """Hours that engagements (and their dead letters) are kept."""
    runs_retention_h: Hours = 72
    """Hours that runs are kept; a restart reads the window's runs again."""
    ticks_retention_h: Hours = 168
    """Hours that ticks are kept."""
    alerts_retention_h: Hours = 720
    """Hours that alerts are kept."""

    def names(self) -> dict[str, str]:
        """Every topic name by its setting, dead letters aside, in the order declared."""
        return {name: getattr(self, name) for name, field in Topics.model_fields.items() if field.annotation is str}

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        owners: dict[str, str] = {}
        for field, name in self.names().items():
            if owners.setdefault(name, field) != field:
                raise ValueError(f"{field} is {name!r}, as {owners[name]} is: give each topic its own name")
        return self


class Detection(Section):
    """What decides which subjects are trends."""

    bucket_s: int = Field(default=300, ge=60, le=3600)
    """Width of a bucket, seconds; must divide an hour."""
    window_s: int = Field(default=3600, ge=300, le=21_600)
    """What is compared with the past, seconds; a multiple of bucket_s."""
    long_window_s: int = Field(default=21_600, ge=300, le=86_400)
    """A second, longer window in which weak trends show, seconds; a multiple of bucket_s, at least window_s."""
    long_window_posts: int = Field(default=3_000_000, ge=10_000, le=1_000_000_000)
    """Posts that a COUNT partition keeps behind window_s, at most; where more come, the long window is shorter."""
    lateness_s: float = Field(default=30.0, ge=0, le=3600)
    """How long the watermark waits behind the latest event, seconds."""
    half_life_s: float = Field(default=86_400.0, ge=3600, le=2_592_000)
    """After which the past weighs half, seconds."""
    min_voices: int = Field(default=3, ge=2, le=1000)
    """Fewest distinct voices of a candidate in the window."""
    false_share: float = Field(default=0.05, gt=0, lt=1)
    """Share of false trends among those told, at most: the q of Benjamini-Hochberg over groups."""
    screen_p: float = Field(default=1e-4, gt=0, le=0.1)
    """Rough probability below which a subject is counted exactly."""
    r_max: float = Field(default=20.0, gt=0, le=10_000)
    """Cap of the Gamma-Poisson shape, the greatest: a stream whose busy subjects are moodier lowers it for itself."""
    prior_exposure: float = Field(default=2.0, gt=0, le=1000)
    """Exposure that the prior stands for, windows."""
    prior_words: float = Field(default=0.15, gt=0, le=100)
    """Voices that the prior expects of a word, tag, sound or product."""
    prior_phrases: float = Field(default=0.05, gt=0, le=100)
    """Voices that the prior expects of a phrase."""
    warm_up_s: int = Field(default=43_200, ge=0, le=2_592_000)
    """Past to have seen before anything is told, seconds."""
    cell_bits: int = Field(default=22, ge=12, le=30)
    """The past is kept in about 2^cell_bits hashed cells over all partitions, 16 bytes each."""
    trend_memory_s: int = Field(default=43_200, ge=600, le=2_592_000)
    """After which a quiet trend is forgotten, seconds."""
    evidence_posts: int = Field(default=20, ge=3, le=20)
    """Posts shown with an alert, at most."""
    flag_p: float = Field(default=1e-3, gt=0, le=0.1)
    """Share of honest trends that may be flagged as bought, for each look at one."""
    forecast_answers: int = Field(default=100, ge=30, le=1_000_000)
    """Forecasts that came due and were learned from before any is told; of trends and of posts, for each horizon."""
    forecast_model: str = ""
    """File that `freshet backtest --learn` wrote: what forecasts know when no state is saved yet; empty: nothing."""
    cooldown_s: int = Field(default=3600, ge=0, le=604_800)
    """After which a trend that keeps growing is told again, seconds; a graver one is told at once."""
    words: bool = True
    """Whether words and phrases of the texts are counted; without, only hashtags, sounds, products, brands, formats."""
    scopes: tuple[Dimension, ...] = ("community", "tier", "platform")
    """Dimensions in whose segments a subject may be new though it is old elsewhere; empty: none. Each is one more pair
    to count for every hashtag, sound, product and brand of a post (of communities up to four)."""
    memory_s: int = Field(default=172_800, ge=3600, le=2_592_000)
    """How long ids of posts and events are remembered, for duplicates, deletions and the join, seconds."""
    memory_size: int = Field(default=1_000_000, ge=1000, le=100_000_000)
    """How many posts and event ids a partition remembers at most."""
    history_posts: int = Field(default=250_000, ge=1000, le=100_000_000)
    """How many posts a partition keeps at most to know what is usual of their creators, 90 bytes each, and how
    many of their days, 150 bytes each; oldest leave. Below a day of posts they are not compared at every age."""

    @field_validator("scopes")
    @classmethod
    def _each_once(cls, scopes: tuple[Dimension, ...]) -> tuple[Dimension, ...]:
        return tuple(dict.fromkeys(scopes))

    @model_validator(mode="after")
    def _buckets_fit(self) -> Self:
        if 3600 % self.bucket_s:
            raise ValueError(f"bucket_s is {self.bucket_s}: must divide an hour (60, 120, 300, 600, 900, 1200, ...)")
        if self.window_s % self.bucket_s:
            raise ValueError(f"window_s is {self.window_s}: must be a multiple of bucket_s, {self.bucket_s}")
        if self.long_window_s % self.bucket_s or self.long_window_s < self.window_s:
            raise ValueError(
                f"long_window_s is {self.long_window_s}: must be a multiple of bucket_s, {self.bucket_s}, and at least"
                f" window_s, {self.window_s}"
            )
        return self


class Series(Section):
    """How the series of posts, voices and engagements are judged."""

    false_alerts_per_day: float = Field(default=1.0, gt=0, le=1000)
    """False alerts per day over all series that are put up with; figures by the hour, and shapes, a tenth more each."""
    warm_up_buckets: int = Field(default=36, ge=2, le=10_000)
    """Buckets a series must have before it is judged."""
    silence_buckets: int = Field(default=2, ge=1, le=1000)
    """Empty buckets in a row after which a lively source counts as silent."""


class Worker(Section):
    """How the worker runs; nothing here changes what is detected."""

    group: str = Field(default="freshet", pattern=r"^[a-zA-Z0-9._-]{1,128}$")
    """Consumer group: workers of one group share the partitions."""
    data_dir: str = Field(default=".freshet/worker", min_length=1)
    """Folder for what the worker keeps on disk; made if it is missing."""
    idle_s: float = Field(default=5.0, gt=0, le=3600)
    """After which a quiet source partition sends a heartbeat, seconds."""
    chunk_records: int = Field(default=4000, ge=1, le=100_000)
    """Records delivered as one chunk, at most."""
    snapshot_s: float = Field(default=10.0, ge=0, le=3600)
    """Least time between two snapshots of a partition, seconds; they are taken when a bucket closes."""
    session_s: float = Field(default=6.0, ge=6, le=300)
    """After which a silent worker's partitions go to the others, seconds; the broker's own least value is 6."""
    web_host: str = Field(default="127.0.0.1", min_length=1)
    """Address that serves /metrics, /healthz and /readyz."""
    web_port: int = Field(default=6066, ge=1, le=65_535)
    """Port that serves them."""
    stall_s: float = Field(default=60.0, ge=5, le=3600)
    """After which consumption that stands still, with records waiting, ends the worker, seconds."""


class Page(Section):
    """How `freshet page` runs: the live page for people, a reader of the public topics."""

    host: str = Field(default="127.0.0.1", min_length=1)
    """Address that serves the page; it has no login, so another one is open to whoever reaches it."""
    port: int = Field(default=6080, ge=1, le=65_535)
    """Port that serves the page."""
    workers: str = Field(default="", pattern=r"^(https?://[^\s,]+(,https?://[^\s,]+)*)?$")
    """Where workers serve /readyz and /metrics, several with commas between; empty: their health is unknown."""
    post_url: str = Field(default="", pattern=r"^(https?://[^\s{}]+\{post_id\}[^\s{}]*)?$")
    """Link to a post, with {post_id} where its id goes; empty: posts are shown by their ids."""
    max_trends: int = Field(default=5000, ge=10, le=100_000)
    """Open trends kept and shown, at most; the least are left out, and counted."""
    max_alerts: int = Field(default=2000, ge=10, le=100_000)
    """Alerts of the last 24 hours kept and shown, at most; the oldest are left out."""
    max_places: int = Field(default=300, ge=10, le=10_000)
    """Places (campaigns, platforms, ...) whose figures are kept and shown, at most; the longest silent are left out."""


class Logs(Section):
    """What the worker says on standard error."""

    format: Literal["auto", "json", "text"] = "auto"
    """json: one object a line; text: for people; auto: text on a terminal, else json."""
    level: Literal["debug", "info", "warning", "error"] = "info"
    """Least level that is written."""
