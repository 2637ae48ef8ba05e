"""What can trend: from a post's text and lists to subject keys.

Read `kinds.py` (what a key is), `text.py` (words and phrases of a text), `formats.py`, then `columns.py` (a chunk of
posts as arrays).
"""
