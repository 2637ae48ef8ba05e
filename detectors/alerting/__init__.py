"""From a trend to what a person reads: when to tell, how grave, in which words.

Read `notices.py` (whether, and why), `trend_alert.py` (the record), `explain.py` (its sentences).
"""
