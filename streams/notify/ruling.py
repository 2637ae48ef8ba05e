"""What the rules that channels name decide about each alert. Every process reads the whole topic, and so decides alike.

Which channel is told is `decision.py` and a rule together: both must want it.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import structlog

from detectors.rules.book import RuleBook
from detectors.rules.digest import Digest
from detectors.rules.reasons import SENT, Reason
from streams.codec import decode_alert
from streams.notify.metrics import NotifyMetrics
from streams.refusals import Refused
from streams.rules.reading import take

log = structlog.get_logger()

MOST = 50_000
"""Alerts whose decisions are remembered; one that waits behind more of them is not sent."""

POLL_S = 0.05
"""Between two looks at whether an alert has been decided about, seconds."""


class Ruling:
    """The rules at work.

    Args:
        named: ids of the rules that channels name; others are none of our business.
        rules_topic: full name; records of other topics are alerts.
    """

    def __init__(self, named: Collection[str], rules_topic: str, metrics: NotifyMetrics) -> None:
        self.named = frozenset(named)
        self._rules_topic = rules_topic
        self._metrics = metrics
        self._book = RuleBook()
        self._decided: dict[str, dict[str, Reason]] = {}
        self._reached: dict[int, int] = {}
        self._digests: dict[str, Digest] = {}

    @property
    def missing(self) -> list[str]:
        """Rules that are named and not there."""
        return sorted(self.named - {rule.rule_id for rule in self._book.rules})

    def take(self, records: Sequence[Any]) -> None:
        """Decide about records that came together, in the order in which Kafka took them.

        Args:
            records: of both topics, as aiokafka delivers them.
        """
        for record in sorted(records, key=lambda r: (r.timestamp, r.partition, r.offset)):
            if record.topic == self._rules_topic:
                self._change(record)
            else:
                self._decide(record)

    def tick(self, now: float) -> None:
        """The time is such: digests may be due though no alert comes. Epoch seconds."""
        self._keep(self._book.due(now))

    def digest(self, rule_id: str) -> Digest | None:
        """The latest digest of a rule; None: there was none yet."""
        return self._digests.get(rule_id)

    def _keep(self, digests: Iterable[Digest]) -> None:
        self._digests.update({digest.rule_id: digest for digest in digests})

    def passed(self, partition: int, offset: int) -> None:
        """Alerts of a partition up to this offset are decided about, or too old to be."""
        self._reached[partition] = max(offset, self._reached.get(partition, -1))

    async def sends(self, rule_id: str, record: Any, alert_id: str, ours: Callable[[], bool]) -> bool | None:  # noqa: ANN401
        """Whether a rule sends an alert, once that is decided; None: the partition went to another process before.

        Args:
            record: the alert's, as aiokafka delivers it.
        """
        while self._reached.get(record.partition, -1) < record.offset:
            if not ours():
                return None
            await asyncio.sleep(POLL_S)
        return self._decided.get(alert_id, {}).get(rule_id) in SENT

    def _change(self, record: Any) -> None:  # noqa: ANN401 - aiokafka is untyped
        name = (record.key or b"").decode(errors="replace")
        if name not in self.named:
            return
        refused = take(self._book, record.key, record.value)
        if refused is None:
            log.info("a rule was taken", rule=name, removed=record.value is None)
            return
        self._metrics.rules_refused.inc()
        log.error("a rule is refused, the one before it stays", rule=name, offset=record.offset, why=refused.message)

    def _decide(self, record: Any) -> None:  # noqa: ANN401 - aiokafka is untyped
        alert = decode_alert(record.value)
        if not isinstance(alert, Refused):
            try:
                digests, decisions = self._book.step(alert)
            except Exception:
                # The next alert may be fine: one that our code fails on holds up no channel.
                log.exception("rules cannot decide about an alert", alert_id=alert.alert_id)
                digests, decisions = (), ()
            self._keep(digests)
            told = {each.rule_id: each.reason for each in decisions if each.reason is not Reason.DUPLICATE}
            self._decided[alert.alert_id] = {**self._decided.pop(alert.alert_id, {}), **told}
            if len(self._decided) > MOST:
                del self._decided[next(iter(self._decided))]
        self.passed(record.partition, record.offset)
