"""The words of the page in English and French. Those of explanations and flags are detection's own."""

from streams.page.numbers import Language

STATES: dict[Language, dict[str, str]] = {
    "en": {
        "emerging": "Emerging",
        "rising": "Rising",
        "peaking": "Peaking",
        "resurgent": "Resurgent",
        "declining": "Declining",
        "ended": "Ended",
    },
    "fr": {
        "emerging": "Émergente",
        "rising": "En hausse",
        "peaking": "Au sommet",
        "resurgent": "De retour",
        "declining": "En baisse",
        "ended": "Terminée",
    },
}

SEVERITIES: dict[Language, dict[str, str]] = {
    "en": {"critical": "Critical", "warning": "Warning", "info": "Info"},
    "fr": {"critical": "Critique", "warning": "Important", "info": "Info"},
}

KINDS: dict[Language, dict[str, str]] = {
    "en": {
        "hashtag": "Hashtag",
        "word": "Word",
        "phrase": "Phrase",
        "sound": "Sound",
        "product": "Product",
        "brand": "Brand",
        "format": "Format",
        "series": "Series",
        "post": "Post",
        "creator": "Creator",
    },
    "fr": {
        "hashtag": "Hashtag",
        "word": "Mot",
        "phrase": "Expression",
        "sound": "Son",
        "product": "Produit",
        "brand": "Marque",
        "format": "Format",
        "series": "Série",
        "post": "Post",
        "creator": "Créateur",
    },
}

ALERT_KINDS: dict[Language, dict[str, str]] = {
    "en": {
        "trend": "Trend",
        "slow_trend": "Slow trend",
        "post_overperforming": "Post",
        "kpi_anomaly": "Figures",
        "creator_anomaly": "Creator",
        "integrity": "Integrity",
        "data_quality": "Data quality",
    },
    "fr": {
        "trend": "Tendance",
        "slow_trend": "Tendance lente",
        "post_overperforming": "Post",
        "kpi_anomaly": "Chiffres",
        "creator_anomaly": "Créateur",
        "integrity": "Intégrité",
        "data_quality": "Qualité des données",
    },
}

PACES: dict[Language, dict[str, str]] = {
    "en": {"burst": "Within hours", "day": "Slow, over a day", "week": "Slow, over a week"},
    "fr": {"burst": "En quelques heures", "day": "Lente, sur un jour", "week": "Lente, sur une semaine"},
}

ACTIONS: dict[Language, dict[str, str]] = {
    "en": {
        "fired": "fired",
        "updated": "updated",
        "escalated": "escalated",
        "resolved": "resolved",
        "retracted": "retracted",
    },
    "fr": {
        "fired": "déclenchée",
        "updated": "mise à jour",
        "escalated": "aggravée",
        "resolved": "résolue",
        "retracted": "retirée",
    },
}

DIMENSIONS: dict[Language, dict[str, str]] = {
    "en": {
        "tier": "Creators",
        "campaign": "Campaign",
        "community": "Community",
        "platform": "Platform",
        "format": "Format",
        "language": "Language",
        "engagement": "Engagement",
    },
    "fr": {
        "tier": "Créateurs",
        "campaign": "Campagne",
        "community": "Communauté",
        "platform": "Plateforme",
        "format": "Format",
        "language": "Langue",
        "engagement": "Engagement",
    },
}

ENGAGEMENTS: dict[Language, dict[str, str]] = {
    "en": {"comments_and_shares": "people who comment or share", "above_usual": "above the usual"},
    "fr": {"comments_and_shares": "personnes qui commentent ou partagent", "above_usual": "au-dessus de l'habitude"},
}

SCOPES: dict[Language, str] = {"en": "Everywhere", "fr": "Partout"}

LANGUAGE_NAMES: dict[Language, dict[str, str]] = {
    "en": {"en": "English", "fr": "French", "de": "German", "es": "Spanish", "it": "Italian", "pt": "Portuguese"},
    "fr": {"en": "anglais", "fr": "français", "de": "allemand", "es": "espagnol", "it": "italien", "pt": "portugais"},
}

SIGNS: dict[Language, dict[str, str]] = {
    "en": {
        "repeats": "posts by the same people again",
        "copies": "near copies",
        "newcomers": "people never seen before",
        "new_accounts": "new accounts",
        "deleted": "deleted posts",
        "synchrony": "posts in step, within seconds",
        "mix": "groups less strange together",
        "follower_jump": "new followers without views",
        "few_comments": "few comments for the likes",
        "many_comments": "many comments for the likes",
        "repeated_commenters": "the same commenters again",
    },
    "fr": {
        "repeats": "posts des mêmes personnes",
        "copies": "quasi-copies",
        "newcomers": "personnes jamais vues",
        "new_accounts": "comptes récents",
        "deleted": "posts supprimés",
        "synchrony": "posts à quelques secondes",
        "mix": "groupes moins étranges",
        "follower_jump": "abonnés sans vues",
        "few_comments": "peu de commentaires",
        "many_comments": "beaucoup de commentaires",
        "repeated_commenters": "toujours les mêmes commentaires",
    },
}

NOVELTY: dict[Language, dict[str, str]] = {
    "en": {"new": "New", "known": "Seen before", "recurring": "Comes back regularly"},
    "fr": {"new": "Nouveau", "known": "Déjà vu", "recurring": "Revient régulièrement"},
}

PLACES: dict[Language, dict[str, str]] = {
    "en": {
        "all": "Everywhere",
        "platform": "Platforms",
        "campaign": "Campaigns",
        "community": "Communities",
        "tier": "Creator tiers",
        "format": "Formats",
    },
    "fr": {
        "all": "Partout",
        "platform": "Plateformes",
        "campaign": "Campagnes",
        "community": "Communautés",
        "tier": "Tailles de créateurs",
        "format": "Formats",
    },
}

FIGURES: dict[Language, dict[str, str]] = {
    "en": {
        "posts": "Posts",
        "voices": "Creators",
        "engagement_rate_by_followers": "Engagement by followers",
        "engagement_rate_by_reach": "Engagement by reach",
        "engagement_rate_by_views": "Engagement by views",
        "views": "Views",
        "orders": "Orders",
        "items": "Items",
        "conversion": "Conversion",
        "average_basket": "Average basket",
        "gmv_gross": "Gross sales",
        "gmv_net": "Net sales",
    },
    "fr": {
        "posts": "Posts",
        "voices": "Créateurs",
        "engagement_rate_by_followers": "Engagement par abonnés",
        "engagement_rate_by_reach": "Engagement par portée",
        "engagement_rate_by_views": "Engagement par vues",
        "views": "Vues",
        "orders": "Commandes",
        "items": "Articles",
        "conversion": "Conversion",
        "average_basket": "Panier moyen",
        "gmv_gross": "Ventes brutes",
        "gmv_net": "Ventes nettes",
    },
}

HELD: dict[Language, dict[str, str]] = {
    "en": {
        "warming_up": "warming up",
        "no_news": "no news",
        "recurring": "regulars",
        "integrity": "doubtful",
        "silence": "source silent",
        "silence_suspected": "source may be silent",
        "jump": "counters jump",
        "late": "source late",
        "gap": "counters with a gap",
        "data_quality": "data in doubt",
    },
    "fr": {
        "warming_up": "mise en route",
        "no_news": "rien de neuf",
        "recurring": "habituelles",
        "integrity": "douteuses",
        "silence": "source muette",
        "silence_suspected": "source peut-être muette",
        "jump": "compteurs qui sautent",
        "late": "source en retard",
        "gap": "compteurs lacunaires",
        "data_quality": "données douteuses",
    },
}


def of(words: dict[Language, dict[str, str]], language: Language, key: str) -> str:
    """The word for a key; a key that is newer than the page names itself.

    >>> of(STATES, "fr", "rising"), of(STATES, "en", "dozing_off")
    ('En hausse', 'dozing off')
    """
    return words[language].get(key, key.replace("_", " "))
