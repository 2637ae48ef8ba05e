"""The subjects of one post by name, as a person reads them in an alert."""

from detectors.model.posts import Post
from detectors.subjects.kinds import kind_of
from detectors.subjects.names import Name, names_of
from tests.detectors.making import make_post


def told(post: Post) -> list[tuple[str, str, str]]:
    """Kind, id and spelling of each name."""
    return [(name.kind, name.id, name.spelling) for name in names_of(post)]


def test_names_follow_the_text() -> None:
    """Hashtags with their sign, words as they are spelled, phrases of neighbours without a stop word between."""
    assert told(make_post("p", 0, "Crème Glacée for #SensitiveSkin")) == [
        ("word", "creme", "Crème"),
        ("word", "glacee", "Glacée"),
        ("phrase", "creme glacee", "Crème Glacée"),
        ("hashtag", "sensitiveskin", "#SensitiveSkin"),
        ("word", "sensitiveskin", "SensitiveSkin"),
    ]


def test_names_follow_the_lists() -> None:
    """What a post lists comes after its text: hashtags, sounds, products, brands, and its format."""
    post = make_post(
        "p", 0, "", hashtags=("#GlowUp",), sounds=("S1",), products=("P1",), brands=("L'Éclat",), format="haul"
    )
    assert told(post) == [
        ("hashtag", "glowup", "#GlowUp"),
        ("word", "glowup", "GlowUp"),
        ("sound", "S1", "S1"),
        ("product", "P1", "P1"),
        ("brand", "l'eclat", "L'Éclat"),
        ("format", "haul", "haul"),
    ]


def test_a_link_parts_two_words() -> None:
    """Words with something between them are no phrase."""
    assert "phrase" not in [name.kind for name in names_of(make_post("p", 0, "glass https://a.example/ skin"))]


def test_the_key_says_the_kind() -> None:
    """A name's kind is the one that its key carries."""
    names: list[Name] = list(names_of(make_post("p", 0, "glass skin #haul", sounds=("s",))))
    assert [kind_of(name.key) for name in names] == [name.kind for name in names]
