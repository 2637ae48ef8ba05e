"""The live page: reads the public topics, keeps what is open now, and shows it to people.

Reading order: `view.py` and `history.py` (a record -> what the page says), `words.py`, `chrome.py` and `numbers.py` (in
which words), `shelf.py` and `board.py` (what is kept), `source.py` and `workers.py` (where it comes from), `server.py`
and `events.py` (how it leaves), `assets/app.js` (what the browser does with it).
"""
