"""How good forecasts and alerts were, by what is public: the alerts and trends topics, or files of the same records.

Read `gathered.py` (what is kept of the records), `board.py` (what follows from it), then `report.py` (how it looks).
"""
