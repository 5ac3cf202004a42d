"""The whole timetable, sorted by task name: what runs by itself, and every how many seconds.

Each task is right when it runs late, twice, or in two processes.
"""

TIMETABLE: tuple[tuple[str, int], ...] = (
    ("clocks.sweep", 30),
    ("documents.tidy", 3600),
    ("history.seal", 5),
    ("outbox.relay", 2),
    ("outbox.sweep", 60),
    ("solicitations.ask_renewals", 21600),
    ("solicitations.close_due", 30),
    ("solicitations.forecast_execution", 21600),
    ("solicitations.tell_saved_searches", 300),
)
