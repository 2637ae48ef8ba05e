"""Who posts: creators with their tiers, platforms, communities and habits, and the campaigns that some work for."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from streams.clock import rfc3339
from streams.generator.catalogue import Product, catalogue
from streams.generator.lexicon import COMMUNITIES
from streams.generator.ranked import Ranked

LANGUAGE_SHARES = {"en": 0.6, "fr": 0.4}
PLATFORM_SHARES = {"tiktok": 0.38, "instagram": 0.32, "youtube": 0.14, "x": 0.16}

TIERS = {  # name: lower and upper bound of followers, share of creators
    "user": (20, 1_000, 0.30),
    "nano": (1_000, 10_000, 0.42),
    "micro": (10_000, 100_000, 0.20),
    "mid": (100_000, 500_000, 0.06),
    "macro": (500_000, 1_000_000, 0.013),
    "mega": (1_000_000, 12_000_000, 0.007),
}

CREATORS_PER_HOURLY_POST = 12
"""Two posts a day and creator on average."""

FEWEST_CREATORS = 4_000
"""Below it a planted trend would not find enough different voices in its community."""

CAMPAIGNS = 14
CAMPAIGN_SHARE = 0.05
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Campaign:
    """A brand's campaign; its creators post with its code (worth `percent`) and link."""

    campaign_id: str
    community: str
    product: Product
    code: str
    percent: int
    link_id: str
    brief: str


@dataclass(frozen=True, slots=True)
class Creator:
    """A person who posts: one platform, one or two communities (the first is home); `weight` is how much they post."""

    creator_id: str
    language: str
    tier: str
    followers: int
    platform: str
    communities: tuple[str, ...]
    account_created_at: str
    weight: float
    campaign: Campaign | None


@dataclass(frozen=True, slots=True)
class World:
    """All creators, and a quick way to draw an active one of a language and a home community."""

    creators: tuple[Creator, ...]
    active: dict[tuple[str, str], Ranked[Creator]]


def make_world(rng: Random, posts_per_hour: float, start_at: float) -> World:
    """The population for a stream of that size; accounts are older than `start_at` (epoch seconds)."""
    campaigns = _campaigns(rng)
    drawer = _Drawer(rng, start_at, campaigns)
    count = max(FEWEST_CREATORS, round(posts_per_hour * CREATORS_PER_HOURLY_POST))
    creators = tuple(drawer.creator() for _ in range(count))
    homes: dict[tuple[str, str], list[Creator]] = {(lang, c): [] for lang in LANGUAGE_SHARES for c in COMMUNITIES}
    for creator in creators:
        homes[creator.language, creator.communities[0]].append(creator)
    return World(creators, {home: Ranked(found, [c.weight for c in found]) for home, found in homes.items()})


def pseudonym(rng: Random, prefix: str) -> str:
    """A fresh id that says nothing about anybody."""
    return f"{prefix}{rng.getrandbits(56):014x}"


def newcomer(rng: Random, language: str, platform: str, community: str, start_at: float) -> Creator:
    """An account made in the last days before `start_at` with next to no followers: what a sock puppet looks like."""
    born = rfc3339(start_at - rng.uniform(0.2, 5.0) * DAY_S)
    return Creator(pseudonym(rng, "c"), language, "user", rng.randrange(0, 30), platform, (community,), born, 1.0, None)


def _campaigns(rng: Random) -> dict[str, list[Campaign]]:
    by_community: dict[str, list[Campaign]] = {community: [] for community in COMMUNITIES}
    for number in range(CAMPAIGNS):
        community = COMMUNITIES[number % len(COMMUNITIES)]
        product = catalogue().products[community].pick(rng)
        percent = 10 + 5 * (number // len(COMMUNITIES))  # a community's second campaign may be of the same brand
        campaign = Campaign(
            campaign_id=f"cmp-{number + 1:02d}",
            community=community,
            product=product,
            code=f"{product.brand.upper()}{percent}",
            percent=percent,
            link_id=f"lnk-{rng.getrandbits(32):08x}",
            brief=rng.choice(("co_created", "guided", "imposed")),
        )
        by_community[community].append(campaign)
    return by_community


class _Drawer:
    """Draws creators one by one; holds what all of them have in common."""

    def __init__(self, rng: Random, start_at: float, campaigns: dict[str, list[Campaign]]) -> None:
        self._rng = rng
        self._start_at = start_at
        self._campaigns = campaigns
        self._languages = _shares(LANGUAGE_SHARES)
        self._platforms = _shares(PLATFORM_SHARES)
        self._tiers = Ranked(tuple(TIERS), [share for _, _, share in TIERS.values()])

    def creator(self) -> Creator:
        rng = self._rng
        tier = self._tiers.pick(rng)
        low, high, _ = TIERS[tier]
        home = rng.choice(COMMUNITIES)
        second = rng.choice(COMMUNITIES) if rng.random() < 0.35 else home
        return Creator(
            creator_id=pseudonym(rng, "c"),
            language=self._languages.pick(rng),
            tier=tier,
            followers=min(high - 1, round(low * (high / low) ** rng.random())),
            platform=self._platforms.pick(rng),
            communities=(home,) if second == home else (home, second),
            account_created_at=rfc3339(self._start_at - rng.uniform(60, 3_200) * DAY_S),
            weight=round(rng.lognormvariate(0.0, 0.9), 3) + 0.05,
            campaign=self._campaign(home),
        )

    def _campaign(self, community: str) -> Campaign | None:
        offers: Sequence[Campaign] = self._campaigns[community]
        return self._rng.choice(offers) if offers and self._rng.random() < CAMPAIGN_SHARE else None


def _shares(shares: dict[str, float]) -> Ranked[str]:
    return Ranked(tuple(shares), tuple(shares.values()))
