"""Subscribers' rules outside of detection: from files and from the topic. What they decide is `detectors/rules`.

Read `reading.py` (bytes to rules), then `files.py` (a rule in a file), `standing.py` and `topic.py` (all that the topic
holds).
"""
