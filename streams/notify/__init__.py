"""Alerts to people and programs: reads the public topic, sends each alert once to every channel that wants it.

Reading order: `message.py` and `harmless.py` (what is said), `decision.py` and `told.py` (whether, and what is known),
`sender.py`, `webhook.py` and `chat.py` (how it leaves), `attempts.py` and `pace.py` (how often it is tried), `channel.py`
and `store.py` (one channel, its place in the topic and its memory), `running.py` (all of them together).
"""
