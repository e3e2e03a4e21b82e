"""A verdict for tests of reports."""

from __future__ import annotations

from migrate.model.verdict import Check, ImageSize, Rule, Verdict

VERDICT = Verdict(
    engine="docker",
    started="2026-11-23T20:00:00Z",
    seconds=61.5,
    checks=(
        Check("build:nginx", "nginx", "build", "passed", "it builds", seconds=12.0),
        Check("start", None, "start", "passed", "every container was started"),
        Check("http:nginx:localhost:80/", "nginx", "http", "passed", "equal after date", rules=("date",)),
        Check("http:nginx:localhost:80/x", "nginx", "http", "failed", "it differs", "-a\n+<b>&\x1b[31m"),
        Check("http:nginx:localhost:80/y", "nginx", "http", "unverified", "no state"),
    ),
    rules=(Rule("date", "the date of asking"),),
    images=(ImageSize("nginx", 2_000_000, 1_000_000),),
    total_bytes=2_000_000,
)
