"""Logs: one line an event, JSON for machines and readable on a terminal, Faust's own records among them.

Log names, counts and reasons. What people wrote and who they are never goes into a log.
"""

import logging.config
import sys
from typing import Any, Literal

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor, WrappedLogger

LogFormat = Literal["auto", "json", "text"]

PERSONAL = frozenset({"actor_id", "creator_id", "creator_ids", "key", "post_id", "post_ids", "text", "value"})
"""Fields that hold a person's words or name; a slip of ours must not reach a log store."""

HIDDEN = "<not logged>"


def hide_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace what people wrote and who they are.

    >>> hide_personal(None, "info", {"event": "dead letter", "reason": "not_json", "value": "abc"})
    {'event': 'dead letter', 'reason': 'not_json', 'value': '<not logged>'}
    """
    return {name: HIDDEN if name in PERSONAL else value for name, value in event.items()}


class Bounded(logging.Filter):
    """Lets the Kafka client say the same thing a few times a second: without brokers it says it thousands of times.

    What was left out is counted in the next line that passes.
    """

    PER_SECOND = 5

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], tuple[int, int, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is written."""
        if not record.name.startswith("aiokafka"):
            return True
        about, second = (record.name, str(record.msg)), int(record.created)
        at, said, left_out = self._said.get(about, (second, 0, 0))
        if at == second and said >= self.PER_SECOND:
            self._said[about] = (at, said, left_out + 1)
            return False
        if left_out and at != second:
            record.left_out = left_out
            left_out = 0
        self._said[about] = (second, said + 1 if at == second else 1, left_out)
        return True


def logging_config(level: str, log_format: LogFormat) -> dict[str, Any]:
    """Build the argument of `logging.config.dictConfig`, which Faust takes as its setting `logging_config`.

    Args:
        level: least severe level that is written, as `logging` names it.
        log_format: `auto` is text on a terminal, else JSON.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _shared(),
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(log_format)],
            }
        },
        "filters": {"bounded": {"()": Bounded}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["bounded"],
                "stream": "ext://sys.stderr",
            },
        },
        "root": {"level": level.upper(), "handlers": ["stderr"]},
    }


def configure(level: str, log_format: LogFormat) -> None:
    """Set up structlog and the standard library's logging of this process."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # Faust sets logging up a second time
    )
    logging.config.dictConfig(logging_config(level, log_format))


def _shared() -> list[Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        hide_personal,
    ]


def _rendering(log_format: LogFormat) -> list[Processor]:
    terminal = sys.stderr.isatty() if log_format == "auto" else log_format == "text"
    if terminal:
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    # Without locals, in both formats: the variables of a failed step are people's posts.
    return [
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(sort_keys=True),
    ]
