"""What we know: pure mathematics and decisions. No Kafka, no Faust, no Prometheus, no files, no clock.

Read `pipeline.py` first: it is the main path. Then follow it into `subjects`, `counts`, `trends`, `anomalies`,
`outlook`, `alerting`; `forecast` and `rules` stand for themselves.
"""
