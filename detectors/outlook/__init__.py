"""What is said of an open trend's future, and how often it came true: asked by the hour, learned when due.

Read `heard.py` (distinct people of several windows), `course.py` (what came), `features.py` (what is known when asked),
then `record.py`, `chance.py` and `size.py` (one question each), `horizon.py` (all questions of one horizon), and
`outlook.py` (both horizons, trend by trend). The mathematics is in `forecast/`.
"""
