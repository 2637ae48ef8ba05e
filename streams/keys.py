"""Under which key a record belongs, as the contract says: the key decides the partition. It reads no topic."""

from detectors.model.engagements import Engagement
from detectors.model.posts import Post


def post_key(post: Post) -> bytes:
    """A creator's posts stay in order, in one partition."""
    return post.creator_id.encode()


def engagement_key(engagement: Engagement) -> bytes | None:
    """An engagement goes where the post's creator is; an order and its refunds, which may not know one, together.

    None is impossible for an engagement that was decoded: its creator, order or refund is there.
    """
    if engagement.kind == "order" and engagement.order is not None:
        return engagement.order.order_id.encode()
    if engagement.kind == "refund" and engagement.refund is not None:
        return engagement.refund.order_id.encode()
    return None if engagement.creator_id is None else engagement.creator_id.encode()
