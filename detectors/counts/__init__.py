"""How many people, when: clocks of partitions, runs, exact counts of a window, and the past in fixed memory.

Read `watermark.py`, `runs.py`, `gathering.py`, `slices.py`, `window.py`, `past.py`, `screen.py`.
A restart: `recall.py`, `count_state.py`.
"""
