"""Errors a person can act on. The command line prints them as one line; anything else is a bug of ours."""


class StreamsError(Exception):
    """The work failed: what, where, and what to do. Exit code 1."""

    exit_code = 1


class UsageError(StreamsError):
    """Wrong usage or settings. Exit code 2."""

    exit_code = 2


class StateError(StreamsError):
    """What a stage has saved cannot be used. The worker stops: to go on without it would be a guess."""
