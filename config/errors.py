"""The error of this package."""


class SettingsError(ValueError):
    """The settings cannot be used: one line that names every problem. Exit code 2."""

    exit_code = 2
