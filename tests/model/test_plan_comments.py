from __future__ import annotations

from migrate.model.plan_comments import Comment, comments, restored
from migrate.model.plan_file import dump_plan, load_plan, with_comments
from tests.model.test_plan_file import FULL

OLD = """\
# ours
workloads:
# the shop; ask Anna
- name: shop
  ports:
  - port: 80  # behind the proxy
    publish: 8080
  entrypoint: |
    # no comment
    exec "$@"
  # on the old machine it was 2
  replicas: 1
# last words
"""


def test_comments_are_found_with_what_they_stand_beside() -> None:
    assert comments(OLD, {"# ours"}) == (
        Comment(("workloads", "shop"), "# the shop; ask Anna"),
        Comment(("workloads", "shop", "ports", "80"), "# behind the proxy", trailing=True),
        Comment(("workloads", "shop", "replicas"), "# on the old machine it was 2"),
        Comment((), "# last words"),
    )


def test_they_come_back_where_things_have_moved_or_gone() -> None:
    new = "workloads:\n- name: new\n- name: shop\n  kind: x\n  ports:\n  - port: 443\n  - port: 80\n"
    assert restored(new, comments(OLD, {"# ours"})) == (
        "workloads:\n- name: new\n# the shop; ask Anna\n# on the old machine it was 2\n- name: shop\n  kind: x\n"
        "  ports:\n  - port: 443\n  - port: 80  # behind the proxy\n# last words\n"
    )


def test_a_plan_keeps_what_a_person_wrote_and_its_own_comments_once() -> None:
    text = dump_plan(FULL)
    edited = text.replace("    publish: 8080", "    # Anna: ask the firewall team\n    publish: 8080  # for now")
    again = with_comments(text, edited.encode())
    assert again == edited
    assert load_plan(again.encode(), "plan.yaml") == FULL
    assert with_comments(text, text.encode()) == text


def test_a_file_that_is_no_plan_has_no_comments_to_keep() -> None:
    assert with_comments(dump_plan(FULL), b"a: [ # x") == dump_plan(FULL)
