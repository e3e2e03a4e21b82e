from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.compare import DIFFERENT, EQUAL, TOO_VARIABLE, Recorded, compare
from migrate.exchange import Reply
from migrate.normalising import Moment

THEN = Moment(1763925523.0, ("shop01", "192.0.2.10"))  # 2025-11-23 19:18:43 UTC
NOW = Moment(1764012000.0, ("shop01", "192.0.2.10", "172.18.0.3"))  # 2025-11-24 19:20:00 UTC
HTML = (("content-type", "text/html"),)
WORDS = "A catalogue of tulips, daffodils and crocuses for the autumn, with prices in the shop. " * 3


def page(body: str | bytes, *, status: int = 200, headers: tuple[tuple[str, str], ...] = HTML) -> Reply:
    return Reply(status, headers, body.encode() if isinstance(body, str) else body)


def outcome(old: str, new: str, again: str | None = None) -> tuple[str, tuple[str, ...]]:
    found = compare(Recorded(page(old), None if again is None else again.encode()), page(new), THEN, NOW)
    return found.outcome, found.rules


def test_the_same_bytes_are_equal_without_any_rule() -> None:
    assert outcome("<p>2025-11-23</p>", "<p>2025-11-23</p>") == (EQUAL, ())


def test_another_word_is_different_and_shown() -> None:
    found = compare(Recorded(page("<p>one\ntwo</p>")), page("<p>one\nthree</p>"), THEN, NOW)
    assert found.outcome == DIFFERENT
    assert "-two</p>" in found.detail
    assert "+three</p>" in found.detail


def test_another_status_is_different() -> None:
    found = compare(Recorded(page("x")), page("x", status=404), THEN, NOW)
    assert (found.outcome, found.detail) == (DIFFERENT, "status: 200 before, 404 now")


def test_dates_of_the_asking_are_left_out_in_all_usual_forms() -> None:
    pairs = (
        ("2025-11-23T19:18:43Z", "2025-11-24T19:20:00Z"),
        ("2025-11-23 19:18:43.123", "2025-11-24 19:20:00.7"),
        ("Sun, 23 Nov 2025 19:18:43 GMT", "Mon, 24 Nov 2025 19:20:00 GMT"),
        ("Sun Nov 23 19:18:43 UTC 2025", "Mon Nov 24 19:20:00 UTC 2025"),
        ("23.11.2025 20:18", "24.11.2025 20:20"),
        ("11/23/2025 7:18 PM", "11/24/2025 7:20 PM"),
        ("November 23, 2025", "November 24, 2025"),
        ("23/Nov/2025:19:18:43 +0100", "24/Nov/2025:19:20:00 +0100"),
    )
    for old, new in pairs:
        assert outcome(f"{WORDS}{old} ", f"{WORDS}{new} ") == (EQUAL, ("date",)), old


def test_a_date_in_the_content_is_not_left_out() -> None:
    assert outcome(WORDS + "since 2015-02-11", WORDS + "since 2016-03-01")[0] == DIFFERENT


def test_seconds_since_the_epoch_are_left_out_only_near_the_asking() -> None:
    assert outcome(WORDS + "t=1763925523", WORDS + "t=1764012000") == (EQUAL, ("epoch",))
    assert outcome(WORDS + "t=1263925523", WORDS + "t=1264012000")[0] == DIFFERENT


def test_session_ids_and_tokens_are_left_out() -> None:
    for old, new, rule in (
        ("<a href='x;jsessionid=AB12'>", "<a href='x;jsessionid=CD34'>", "session-id"),
        ("?PHPSESSID=k3j4h5", "?PHPSESSID=zzzz9", "session-id"),
        (
            '<input type="hidden" name="_csrf" value="a1">',
            '<input type="hidden" name="_csrf" value="b2">',
            "form-token",
        ),
        ('<input value="a1" name="__VIEWSTATE">', '<input value="b2" name="__VIEWSTATE">', "form-token-before"),
        ('<script nonce="abcdef12">', '<script nonce="99887766">', "nonce"),
        ("style.css?v=1763", "style.css?v=9911", "cache-buster"),
        ("generated in 0.123 s", "generated in 1.5 s", "duration"),
        ('"uptime": 3512', '"uptime": 9', "uptime"),
        ("at http://192.0.2.10:8081/x", "at http://172.18.0.3:8081/x", "own-address"),
    ):
        assert outcome(WORDS + old, WORDS + new) == (EQUAL, (rule,)), old


def test_only_rules_that_were_needed_are_named() -> None:
    both = WORDS + "style.css?v=17 at {}"
    assert outcome(both.format("2025-11-23"), both.format("2025-11-24")) == (EQUAL, ("date",))


def test_what_varied_on_the_legacy_server_itself_is_left_out() -> None:
    old, again, new = (f"{WORDS}<p>visitor {number}</p>" for number in (4711, 4712, 18))
    assert outcome(old, new, again) == (EQUAL, ("varied",))


def test_what_varied_takes_only_text_of_its_kind() -> None:
    old, again = f"{WORDS}<p>visitor 4711</p>", f"{WORDS}<p>visitor 4712</p>"
    assert outcome(old, f"{WORDS}<p>visitor <b>error</b></p>", again)[0] == DIFFERENT


def test_dates_and_variations_are_left_out_together() -> None:
    old = f"{WORDS} at 2025-11-23 visitor 4711."
    again = f"{WORDS} at 2025-11-23 visitor 4712."
    new = f"{WORDS} at 2025-11-24 visitor 1."
    assert outcome(old, new, again) == (EQUAL, ("date", "varied"))


def test_a_page_that_is_nearly_all_variation_is_not_claimed_to_be_equal() -> None:
    assert outcome("1763925523", "1764012000") == (TOO_VARIABLE, ("epoch",))
    assert outcome("qwertz 1", "qwertz 1 x", "yxcvbn 2")[0] != EQUAL


def test_a_status_that_varies_is_not_judged() -> None:
    found = compare(Recorded(page("x"), None, 503), page("x"), THEN, NOW)
    assert found.outcome == TOO_VARIABLE


def test_binary_content_is_compared_by_its_digest() -> None:
    picture = (("content-type", "image/png"),)
    old = Recorded(page(b"\x89PNG1", headers=picture))
    assert compare(old, page(b"\x89PNG1", headers=picture), THEN, NOW).outcome == EQUAL
    found = compare(old, page(b"\x89PNG2", headers=picture), THEN, NOW)
    assert found.outcome == DIFFERENT
    assert "sha256" in found.detail


def test_bytes_that_are_not_of_the_character_set_still_count() -> None:
    headers = (("content-type", "text/plain; charset=utf-8"),)
    old, new = page(b"\xff words", headers=headers), page(b"\xfe words", headers=headers)
    assert compare(Recorded(old), new, THEN, NOW).outcome == DIFFERENT


def test_headers_that_matter_are_compared_and_others_remarked() -> None:
    old = page("", headers=(*HTML, ("location", "/a"), ("server", "x"), ("set-cookie", "SID")))
    moved = page("", headers=(*HTML, ("location", "/b"), ("server", "x"), ("set-cookie", "SID")))
    bare = page("", headers=(*HTML, ("location", "/a"), ("server", "y")))
    quiet = page("", headers=(*HTML, ("location", "/a"), ("set-cookie", "SID")))
    assert compare(Recorded(old), moved, THEN, NOW).detail == "location: /a before, /b now"
    assert compare(Recorded(old), bare, THEN, NOW).detail == "cookies set: SID before, none now"
    assert compare(Recorded(old), quiet, THEN, NOW).outcome == EQUAL
    assert compare(Recorded(old), quiet, THEN, NOW).detail == "remark: server is not sent any more"


def test_the_shown_difference_is_bounded_and_can_not_steer_a_terminal() -> None:
    old = "\n".join(f"old {n}" for n in range(500))
    new = "\n".join(f"\x1b[31mnew {n}" for n in range(500))
    found = compare(Recorded(page(old)), page(new), THEN, NOW)
    assert len(found.detail) < 20_000
    assert "\x1b" not in found.detail


TEXTS = st.text(st.characters(codec="utf-8"), max_size=300)


@given(TEXTS)
def test_any_page_equals_itself(text: str) -> None:
    assert outcome(text, text) == (EQUAL, ())


@given(TEXTS, TEXTS, TEXTS)
def test_comparing_never_fails(old: str, new: str, again: str) -> None:
    assert outcome(old, new, again)[0] in (EQUAL, DIFFERENT, TOO_VARIABLE)


@given(TEXTS, TEXTS)
def test_either_of_two_askings_fits_what_varied(old: str, again: str) -> None:
    assert outcome(old, again, again)[0] != DIFFERENT


LETTERS = st.text("abcdefghijklm", min_size=20, max_size=200)
OTHERS = st.text("nopqrstuvwxyz", min_size=20, max_size=200)


@given(LETTERS, LETTERS, OTHERS)
def test_a_completely_different_page_is_never_equal(old: str, again: str, new: str) -> None:
    assert outcome(old, new, again)[0] != EQUAL
    assert outcome(old, new)[0] == DIFFERENT


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_different_bytes_need_a_rule_to_be_equal(old: bytes, new: bytes) -> None:
    found = compare(Recorded(page(old)), page(new), THEN, NOW)
    assert found.outcome != EQUAL or old == new or found.rules
