"""How many people, when: clocks of partitions, runs, exact counts of a window, and the past in fixed memory.

Read `watermark.py`, `runs.py`, `window.py`, `past.py`.
"""
