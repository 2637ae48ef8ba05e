"""Alerts to people and programs: reads the public topic, sends each alert once to every channel that wants it.

Reading order: `message.py` and `harmless.py` (what is said), `decision.py` and `told.py` (whether, and what is known),
`sender.py`, `webhook.py` and `chat.py` (how it leaves), `attempts.py` and `pace.py` (how often it is tried),
`teller.py` (one alert to one channel), `reader.py`, `partitions.py` and `store.py` (a channel's place in the topic,
and its memory), `running.py` (all of them together).
"""
