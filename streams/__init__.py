"""The shell around the detectors: everything that waits, sends, stores, counts or tells the time.

Read `app.py` (how it is put together), then `agents.py` and `chunks.py` (how records get in and out).
"""
