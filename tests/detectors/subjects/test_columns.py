"""A chunk of posts as arrays holds what its posts say, one by one."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from detectors.counts.scopes import scopes_of
from detectors.model.fields import Format
from detectors.model.posts import Post
from detectors.subjects.columns import PostColumns, SubjectReader, author_hash, hash64, list_form, post_hash
from detectors.subjects.names import names_of
from tests.detectors.making import hash_of, key_of, make_post

TEXTS = (
    st.text(max_size=40) | st.text("abcéÉ#＃@-. 12", max_size=40) | st.sampled_from(["GRWM glow up", "#été the serum"])
)
LISTED = st.text(max_size=6) | st.sampled_from(["#GlowUp", " #Glow Up", "##x", "love", "the", "2026", "été", "Song-1"])
LISTS = st.lists(LISTED, max_size=3).map(tuple)
POSTS = st.builds(
    lambda text, hashtags, sounds, products, brands, form: make_post(
        "p", 0, text, hashtags=hashtags, sounds=sounds, products=products, brands=brands, format=form
    ),
    TEXTS,
    st.none() | LISTS,
    LISTS,
    LISTS,
    LISTS,
    st.none() | st.sampled_from(get_args(Format)),
)


def read(*posts: Post, words: bool = True) -> PostColumns:
    """The columns of some posts."""
    return SubjectReader(words=words).columns(posts, [scopes_of(p).format for p in posts])


def keys_of(columns: PostColumns, place: int = 0) -> set[int]:
    """The subjects of one of the posts."""
    return set(columns.row_key[columns.row_post == place].tolist())


@given(st.lists(POSTS, min_size=1, max_size=5))
def test_the_columns_hold_what_the_slow_twin_names(posts: list[Post]) -> None:
    """For any posts, the arrays give each post exactly the subjects that `names_of` gives it."""
    columns = read(*posts)
    for i, post in enumerate(posts):
        assert keys_of(columns, i) == {name.key for name in names_of(post)}


def test_no_posts_no_columns() -> None:
    """An empty chunk is nothing special."""
    assert [len(column) for column in read()] == [0, 0, 0, 0, 0]


def test_hashtags_are_read_from_the_text_where_the_list_is_absent() -> None:
    """A list says it all, even an empty one; without a list the text is asked."""
    text = "my #CleanGirl routine"
    from_text, listed, none = (make_post("p", 0, text, hashtags=tags) for tags in (None, ("GlassSkin",), ()))
    tags = [{k for k in keys_of(read(p)) if k & 7 == 0} for p in (from_text, listed, none)]
    assert tags == [{key_of("cleangirl", "hashtag")}, {key_of("glassskin", "hashtag")}, set()]


def test_a_listed_hashtag_is_the_one_in_the_text() -> None:
    """The two ways to declare a hashtag give the same subjects, the word that it is included."""
    for tag in ("CleanGirl", "love", "ab", "2026", "été"):
        assert keys_of(read(make_post("p", 0, f"#{tag}"))) == keys_of(read(make_post("p", 0, "", hashtags=(tag,))))


def test_without_words_only_what_is_declared_counts() -> None:
    """Hashtags, sounds, products, brands and formats, but neither words nor phrases."""
    post = make_post("p", 0, "glass skin #haul", sounds=("s1",), products=("p1",), brands=("Acme",))
    declared = {
        key_of("haul", "hashtag"),
        key_of("s1", "sound"),
        key_of("p1", "product"),
        key_of("acme", "brand"),
        key_of("haul", "format"),
    }
    assert keys_of(read(post, words=False)) == declared
    assert keys_of(read(post)) > declared


def test_mentions_and_other_formats_are_no_subjects() -> None:
    """A mention is a subject only as a declared brand; `other` is no format."""
    assert keys_of(read(make_post("p", 0, "@glass", mentions=("glass",), format="other"))) == set()


def test_opaque_ids_keep_their_case() -> None:
    """Two sounds whose ids differ in case are two sounds; two brands are one."""
    sounds = read(make_post("p", 0, "", sounds=("Ab", "ab")))
    brands = read(make_post("p", 0, "", brands=("Ab", "ab")))
    assert (len(keys_of(sounds)), len(keys_of(brands))) == (2, 1)


def test_empty_forms_are_no_subjects() -> None:
    """What is left of a value after folding must be something."""
    assert [
        list_form("sound", "  "),
        list_form("hashtag", "#1"),
        list_form("brand", "#"),
        list_form("word", "the"),
    ] == [""] * 4


def test_copies_sign_alike_whoever_posts_them() -> None:
    """The same words in any order sign alike; other words do not."""
    a, b, c = read(
        make_post("1", 0, "glass skin serum"),
        make_post("2", 0, "Serum: GLASS skin!"),
        make_post("3", 0, "glass skin oil"),
    ).signature.tolist()
    assert a == b != c


def test_authors_sign_short_texts_and_reposts() -> None:
    """Two words are no evidence of copying, and the text of a repost is not the reposter's."""
    columns = read(
        make_post("1", 0, "#glass #skin", creator="a"),
        make_post("2", 0, "#glass #skin", creator="b"),
        make_post("3", 0, "glass skin serum", creator="c", repost_of="0"),
        make_post("4", 0, "glass skin serum", creator="d"),
    )
    assert (columns.signature == columns.author).tolist() == [True, True, True, False]
    assert len(set(columns.signature.tolist())) == 4


def test_numbers_of_posts_and_authors_are_stable() -> None:
    """They are XXH3-64, the same in every process; the id of a post is unique within its platform only."""
    assert (hash64("glowup"), author_hash("c1")) == (hash_of("glowup"), hash_of("c1") >> 32)
    assert hex(post_hash("tiktok", "p1")) == "0xf53a8f59bc2a826e"
    assert post_hash("tiktok", "p1") != post_hash("instagram", "p1")
