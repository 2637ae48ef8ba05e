"""The rules as the topic's records leave them: those that stand, and by key what was refused since. It applies none."""

from detectors.model.rules import Rule
from detectors.rules.book import MOST, RuleBook
from streams.refusals import Refused
from streams.rules.reading import take


class Standing:
    """Takes records of the rules topic in their order.

    >>> rules = Standing()
    >>> rules.take(b"a", b'{"rule_id": "a"}')
    >>> rules.take(b"a", b"no rule")
    >>> list(rules.by_id), list(rules.refused)
    (['a'], ['a'])
    """

    def __init__(self) -> None:
        self._book = RuleBook()
        self.refused: dict[str, Refused] = {}
        """Why the latest record of a key cannot be used; at most as many as there may be rules, the latest."""

    @property
    def by_id(self) -> dict[str, Rule]:
        """The rules that stand, in the order of their ids."""
        return {rule.rule_id: rule for rule in self._book.rules}

    def take(self, key: bytes | None, value: bytes | None) -> None:
        """A record: a rule, or none any more. One that cannot be used changes no rule."""
        name = (key or b"").decode(errors="replace")
        said = take(self._book, key, value)
        self.refused.pop(name, None)
        if said is not None:
            self.refused[name] = said
            if len(self.refused) > MOST:
                del self.refused[next(iter(self.refused))]
