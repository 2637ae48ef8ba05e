"""Slow trends: what is spoken of more for a day or a week than before, in voice-hours.

COUNT tells the hours (`counts/hours.py`), DECIDE adds them up.

Read `week.py` (what is remembered of each subject, and how surprising it is), `judge.py` (what is told), `alert.py`.
"""
