from __future__ import annotations

import pytest

from migrate.compare import DIFFERENT, EQUAL, Recorded, compare
from migrate.exchange import Reply
from migrate.normalising import Moment
from migrate.statuspages import is_status, shape

APACHE = """<html><head><title>Apache Status</title></head><body><h1>Apache Server Status for {host} (via 10.0.0.2)</h1>
<dl><dt>Server Version: Apache/2.4.62 (Debian)</dt><dt>Server uptime:  {uptime}</dt><dt>Total accesses: {hits}</dt></dl>
<pre>{board}</pre><table><tr><th>Srv</th><th>PID</th></tr>{rows}</table></body></html>"""
HTML = (("content-type", "text/html"),)
NGINX = (
    "Active connections: {0} \nserver accepts handled requests\n {1} {1} {2} \nReading: 0 Writing: {0} Waiting: 0 \n"
)
FPM = "pool:                 www\nprocess manager:      dynamic\nstart since: {0}\naccepted conn:        {1}\n"


def apache(**given: object) -> str:
    return APACHE.format(**{"host": "alt", "uptime": "3 hours", "hits": 7, "board": "__W..", "rows": "", **given})


def page(text: str) -> Reply:
    return Reply(200, HTML, text.encode(), False)


@pytest.mark.parametrize("text", [apache(), NGINX.format(1, 20, 30), FPM.format(9, 4)])
def test_a_page_of_counters_is_known(text: str) -> None:
    assert is_status(text)


def test_a_page_that_tells_of_a_status_is_none() -> None:
    assert not is_status("<title>Order status</title><h1>Status: sent</h1>")


def test_other_counts_and_other_workers_are_the_same_page() -> None:
    old, again = apache(), apache(hits=8)
    new = apache(host="neu", uptime="2 seconds", hits=1, board="W_", rows="<tr><td>0-0</td><td>12</td></tr>")
    found = compare(
        Recorded(page(old), again.encode()), page(new), Moment(None, ("alt", "neu")), Moment(None, ("alt", "neu"))
    )
    assert (found.outcome, found.rules) == (EQUAL, ("status-page",))


def test_a_value_that_is_not_told_of_any_more_is_a_difference() -> None:
    new = apache().replace("<dt>Total accesses: 7</dt>", "")
    found = compare(Recorded(page(apache()), apache(hits=8).encode()), page(new), Moment(), Moment())
    assert found.outcome == DIFFERENT
    assert shape(new) < shape(apache())


def test_where_the_server_itself_changed_numbers_alone_numbers_are_not_compared() -> None:
    old, again, new = (
        "<p>Temperature of the hall: {} degrees, visitors {}</p>".format(*pair) for pair in ((3, 4), (3, 5), (7, 9))
    )
    assert compare(Recorded(page(old), again.encode()), page(new), Moment(), Moment()).rules == ("numbers",)
    other = new.replace("visitors", "guests")
    assert compare(Recorded(page(old), again.encode()), page(other), Moment(), Moment()).outcome == DIFFERENT
    assert compare(Recorded(page(old)), page(new), Moment(), Moment()).outcome == DIFFERENT
