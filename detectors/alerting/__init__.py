"""From a trend to what a person reads: when to tell, how grave, in which words.

Read `notices.py` (whether, and why), `view.py` (what is said), `trend_alert.py` (the records), `explain.py`.
"""
