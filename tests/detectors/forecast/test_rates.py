import msgspec
import pytest

from detectors.errors import DetectorError
from detectors.forecast import rates as module
from detectors.forecast.rates import Rates, RatesState


def test_few_answers_say_little() -> None:
    """A key's share is drawn to that of everything."""
    rates = Rates(weight=10.0)
    for i in range(200):
        rates.learn(("many",), i % 2 == 0)
    rates.learn(("one",), True)
    assert rates("many") == pytest.approx(0.5, abs=0.02)
    assert rates.base < rates("one") < 0.56


def test_a_key_never_met_has_the_share_of_everything() -> None:
    """1 in 15 before any answer."""
    assert Rates()("new") == Rates().base == pytest.approx(1 / 15)


def test_keys_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that was silent for longest goes."""
    monkeypatch.setattr(module, "MOST_KEYS", 2)
    rates = Rates()
    for key in ("a", "b", "a", "c"):
        rates.learn((key,), True)
    assert [key for key, _, _ in rates.snapshot().keys] == ["a", "c"]


def test_they_go_on_from_a_snapshot() -> None:
    """Keys in their order, too."""
    rates, again = Rates(), Rates()
    for key in ("b", "a", "b"):
        rates.learn((key, "all"), key == "a")
    again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(rates.snapshot()), type=RatesState))
    assert again.snapshot() == rates.snapshot()
    assert again("b") == rates("b")


def test_an_impossible_weight_is_refused() -> None:
    """By name, value and range."""
    with pytest.raises(DetectorError, match=r"weight = 0\.0"):
        Rates(weight=0.0)
