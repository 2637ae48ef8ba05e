"""A series that does what it never did, without a model of it. Read `detector.py`, then its views: `shape.py` first."""
