from __future__ import annotations

from migrate.differing import compare
from migrate.model.facts import Package, Packages, Process, Processes, System
from migrate.model.inventory import Gap, Inventory, Scope
from migrate.views import difference, scopes, text


def host(*found: Scope) -> Inventory:
    return Inventory("web01", "web01", "2026-11-02T10:00:00Z", found)


def packages(*names: str) -> Scope:
    made = tuple(Package(name, "1", "all", "dpkg", depends=(("a", "b"), ("c",))) for name in names)
    return Scope("packages", "complete", 0.1, facts=Packages("dpkg", made))


def test_a_scope_is_shown_with_its_gaps_its_values_and_its_lists() -> None:
    found = Scope("packages", "partial", 0.2, (Gap("x", "permission denied", "sudo"),), packages("bash").facts)
    assert scopes(host(found, Scope("system", "complete", facts=System(hostname="h"))), ("packages",), None) == (
        "web01  (2026-11-02T10:00:00Z)\n"
        "\n"
        "== packages (partial, 0.2 s)\n"
        "  ! x: permission denied (sudo)\n"
        "  manager            dpkg\n"
        "\n"
        "  packages (1)\n"
        "  name  version  arch  manager  depends\n"
        "  bash  1        all   dpkg     a|b c"
    )


def test_a_long_table_says_how_much_is_left_out() -> None:
    shown = scopes(host(packages("a", "b", "c")), (), 2)
    assert shown.endswith("  … and 1 more (--all, or --json)")
    assert "  c  " not in shown


def test_a_name_with_a_newline_begins_no_line() -> None:
    argv = ("x\n== packages (complete)", "\ttab", "back\\slash")
    shown = scopes(host(Scope("processes", "complete", facts=Processes((Process(1, 0, "x", argv, 0, 0),)))), (), None)
    assert "x\\n== packages (complete) \\ttab back\\\\slash" in shown
    assert len(shown.splitlines()) == 7


def test_pairs_flags_and_nested_values_fit_on_a_line() -> None:
    assert text((("A", "1"), ("B", ""))) == "A=1; B="
    assert text((True, None, 7)) == "yes  7"
    assert text(("a", "b")) == "a b"


def test_a_difference_names_each_change_and_counts_them() -> None:
    assert difference(compare(host(packages("bash", "sed")), host(packages("bash", "curl")))) == (
        "--- web01 (2026-11-02T10:00:00Z)\n"
        "+++ web01 (2026-11-02T10:00:00Z)\n"
        "\n"
        "== packages\n"
        "- packages dpkg sed all\n"
        "+ packages dpkg curl all\n"
        "\n"
        "1 appeared, 1 vanished"
    )


def test_one_field_is_told_on_the_same_line_and_no_difference_in_words() -> None:
    one, other = (host(Scope("system", "complete", facts=System(kernel=version))) for version in ("5.10", "6.1"))
    assert "~: kernel: 5.10 → 6.1" in difference(compare(one, other))
    assert difference(compare(one, one)).endswith("no difference")
