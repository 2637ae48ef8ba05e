"""The three stages as plain objects: read, count, decide. They know no engine; time and records come in, values go out.

Read `posts.py` and `engagements.py` (READ), `count.py` (COUNT), `decide.py` (DECIDE).
"""
