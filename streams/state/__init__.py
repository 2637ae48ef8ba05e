"""Snapshots of the stages, in compacted topics. Knows nothing of what is in them.

Read `manifest.py` (what a snapshot is), `parts.py` (bytes to records), `choice.py` (which one to go on from),
`keeper.py` (one partition's snapshots), `store.py` (where they come from).
"""
