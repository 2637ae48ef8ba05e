import msgspec
import numpy as np

from detectors.forecast.window import Window, WindowState


def filled(answers: int, size: int = 100) -> Window:
    rng = np.random.default_rng(2)
    window = Window(features=3, size=size, bins=8)
    for seen in range(10, answers + 1, 10):
        values = rng.normal(size=(10, 3)).astype(np.float32)
        values[:, 2] = seen
        window.take(values, np.ones(10, np.uint8), np.zeros(10, np.float32), seen=seen, seed=seen)
    return window


def test_the_oldest_answer_goes_first() -> None:
    """A full window keeps the last ones."""
    window = filled(150)
    assert window.held == 100
    assert sorted(set(window.values[2].tolist())) == [float(seen) for seen in range(60, 151, 10)]


def test_a_bin_is_the_number_of_edges_below_the_value() -> None:
    """So "above bin b" and "above edge b" are the same question."""
    window = filled(150)
    for feature, edges in enumerate(window.edges):
        for value, cell in zip(window.values[feature], window.cells[feature], strict=True):
            assert cell == (edges < value).sum()


def test_it_goes_on_from_a_snapshot() -> None:
    """Values, answers, margins, bins, and where the next answer goes."""
    window, again = filled(150), Window(features=3, size=100, bins=8)
    state = msgspec.msgpack.decode(msgspec.msgpack.encode(window.snapshot()), type=WindowState)
    again.restore(state)
    assert (again.cells == window.cells).all()
    assert again.snapshot() == window.snapshot()
