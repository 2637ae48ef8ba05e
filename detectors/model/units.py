"""Numbers and instants as the records that leave write them."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

Instant = Annotated[datetime, Meta(tz=True, description="event time, RFC 3339, UTC")]
Hours = Annotated[float, Meta(description="hours")]
Share = Annotated[float, Meta(ge=0, le=1, description="0 to 1")]
