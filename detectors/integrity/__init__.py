"""Is attention bought? Signs with their evidence, compared with what is usual among trends; never a verdict.

Read `signs.py` (what is looked at), `usual.py` (what is usual), `mix.py` (River: what is usual together), `judge.py`.
"""
