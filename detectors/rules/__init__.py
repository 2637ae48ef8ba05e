"""Subscribers' rules: which alerts a reader is sent, and why not the others. Event time only; sends nothing.

Read `subscriber.py` (one rule, alert by alert), then `matching.py` (what it asks for), `budget.py` and `outcomes.py`
(how many, how sure), `daily.py` (quiet hours), `digest.py` (what was held back); `book.py` holds all rules,
`checking.py` says what is wrong with one.
"""
