"""Figures by scope and window. `dictionary.py` says what each means, `rows.py` what READ tells, `book.py` what is kept.

Reading order: dictionary, groups, rows, sales, voices, book, publishing.
"""
