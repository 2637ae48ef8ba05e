"""`freshet demo`: a broker, a made-up stream, the real worker, its alerts as they come, and a verdict.

Read `play.py` (the whole, from start to verdict), `script.py` (which stream), `feed.py` (what is sent when),
`worker.py` (the worker's process), `pages.py` (what it says about itself), `watch.py` (what comes out), `screen.py` and
`live_table.py` (how it is shown), `verdict.py` (whether all worked).
"""
