"""The background: what people post on any day, each post for reasons of its own."""

from collections import deque
from collections.abc import Iterator
from random import Random

from streams.generator.catalogue import catalogue
from streams.generator.daily import COMMUNITY_SWING, HOUR_S, NOON_SWING, SWING, community_activity, region_activity
from streams.generator.lexicon import COMMUNITIES, lexicon
from streams.generator.posts import Draft, post_record, usual_tags
from streams.generator.texts import dress, fill, has_slot
from streams.generator.world import LANGUAGE_SHARES, PLATFORM_SHARES, Creator, World

REPOSTS = 0.03
REPLIES = 0.03
CAMPAIGN_POSTS = 0.6
RECENT_POSTS = 400


class Background:
    """Draws independent posts: no subject ever gathers more voices than chance and the hour explain.

    Arrivals are a Poisson process whose rate follows the daily cycles, by thinning (Lewis and Shedler, 1979).
    """

    def __init__(self, rng: Random, world: World, posts_per_hour: float) -> None:
        self._rng = rng
        self._world = world
        self._rates = {language: posts_per_hour * share / HOUR_S for language, share in LANGUAGE_SHARES.items()}
        self._ceiling = sum(rate * (1 + SWING[name] + NOON_SWING) for name, rate in self._rates.items())
        self._recent: dict[str, deque[Draft]] = {platform: deque(maxlen=RECENT_POSTS) for platform in PLATFORM_SHARES}

    def drafts(self, start_at: float, end_at: float) -> Iterator[Draft]:
        """All posts of `[start_at, end_at)`, in time order."""
        at = start_at
        while (at := at + self._rng.expovariate(self._ceiling)) < end_at:
            language = self._language_at(at)
            if language is not None:
                draft = self._draft(round(at, 3), self._creator_at(language, at))
                self._recent[draft.creator.platform].append(draft)
                yield draft

    def _language_at(self, at: float) -> str | None:
        """Who posts at this moment of the ceiling's process; None: nobody, as the hour is quieter than its busiest."""
        level = self._rng.random() * self._ceiling
        for language, rate in self._rates.items():
            level -= rate * region_activity(language, at)
            if level < 0:
                return language
        return None

    def _creator_at(self, language: str, at: float) -> Creator:
        while True:
            place = self._rng.randrange(len(COMMUNITIES))
            if self._rng.random() * (1 + COMMUNITY_SWING) < community_activity(place, at):
                return self._world.active[language, COMMUNITIES[place]].pick(self._rng)

    def _draft(self, at: float, creator: Creator) -> Draft:
        dice = self._rng.random()
        recent = self._recent[creator.platform]
        if recent and dice < REPOSTS and creator.platform != "youtube":
            return self._repost(at, creator, self._rng.choice(recent))
        if recent and dice < REPOSTS + REPLIES:
            return self._reply(at, creator, self._rng.choice(recent))
        if creator.campaign is not None and self._rng.random() < CAMPAIGN_POSTS:
            return self._advertisement(at, creator)
        return self._usual(at, creator)

    def _usual(self, at: float, creator: Creator) -> Draft:
        rng = self._rng
        words, community = lexicon(creator.language), rng.choice(creator.communities)
        post_format, template = words.sentences.pick(rng)
        product = catalogue().products[community].pick(rng)
        given = {"product": product.called(words, community), "brand": product.brand}
        shows = has_slot(template, "product")
        text = dress(rng, words, fill(rng, words, community, template, given))
        record = post_record(
            rng,
            creator,
            at,
            text,
            usual_tags(rng, creator.language, community),
            products=[product.name] if shows else None,
            brands=[product.brand] if shows or has_slot(template, "brand") else None,
            sounds=self._sounds(creator),
            format=post_format if rng.random() < 0.5 else None,
        )
        return Draft(at, creator, record)

    def _advertisement(self, at: float, creator: Creator) -> Draft:
        rng, campaign = self._rng, creator.campaign
        assert campaign is not None
        words, product = lexicon(creator.language), campaign.product
        given = {
            "product": product.called(words, campaign.community),
            "brand": product.brand,
            "code": campaign.code,
            "percent": str(campaign.percent),
        }
        text = fill(rng, words, campaign.community, words.promo.pick(rng), given)
        record = post_record(
            rng,
            creator,
            at,
            f"{text} @{product.brand.lower()}",
            [
                "ad" if creator.language == "en" else "partenariat",
                *usual_tags(rng, creator.language, campaign.community),
            ],
            mentions=[product.brand.lower()],
            products=[product.name],
            brands=[product.brand],
            sounds=self._sounds(creator),
            campaign_id=campaign.campaign_id,
            brief=campaign.brief,
            sponsored=True,
            promo_codes=[campaign.code],
            link_ids=[campaign.link_id],
        )
        return Draft(at, creator, record)

    def _repost(self, at: float, creator: Creator, original: Draft) -> Draft:
        first = original.record
        more = {"hashtags": first.get("hashtags"), "repost_of": first["post_id"]}
        return Draft(at, creator, post_record(self._rng, creator, at, first["text"], (), **more), appeal=0.5)

    def _reply(self, at: float, creator: Creator, original: Draft) -> Draft:
        rng, words = self._rng, lexicon(creator.language)
        text = fill(rng, words, original.creator.communities[0], words.replies.pick(rng))
        record = post_record(rng, creator, at, text, (), reply_to=original.record["post_id"])
        return Draft(at, creator, record, appeal=0.3)

    def _sounds(self, creator: Creator) -> list[str] | None:
        musical = creator.platform in ("tiktok", "instagram") and self._rng.random() < 0.5
        return [catalogue().sounds.pick(self._rng)] if musical else None
