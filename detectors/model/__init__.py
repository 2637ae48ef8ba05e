"""The words of the contract as frozen structs. Read `posts.py`, `engagements.py`, then `alerts.py`."""
