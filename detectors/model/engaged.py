"""What an alert says of those who do not post about a trend, but act on its posts."""

import msgspec


class Engaged(msgspec.Struct, frozen=True):
    """Who acts on the posts of a trend's leading subject in the window; beside `engagement_per_voice`.

    Attributes:
        acting: people who commented on the posts or shared them, as far as acts name them, and wrote none of them. They
            are not in `observed`.
        usual_per_voice: engagements per voice of all posts in the window.
    """

    acting: int
    usual_per_voice: float
