"""A made-up, repeatable social stream with known truth, for the demo, the tests and a first look.

Read `stream.py` (how it is put together), then `world.py`, `posts.py` and `background.py` (any day), `plan.py`,
`trends.py` and `attacks.py` (what is planted), `engagements.py`, `sales.py` and `changes.py` (what follows a post),
`judge.py` (was it found?).
"""
