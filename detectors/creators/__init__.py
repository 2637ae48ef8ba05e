"""Creators who behave otherwise than usual: a day against those before, and against their tier; never a verdict.

Reading order: days, pools, looks (READ; `stages/creator_watch.py` drives them); told (the format between the two);
judge, alert, wording (DECIDE). Scores, tails and the control of false alerts are those of posts, see `performance`.
"""
