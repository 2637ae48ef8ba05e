"""What a deployer edits: `settings.py` declares every knob; `freshet.toml` holds the defaults to change."""
