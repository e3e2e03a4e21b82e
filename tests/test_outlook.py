from __future__ import annotations

from migrate import outlook
from tests.assessment.hosts import found

CASE = {
    "system": {"os_id": "centos", "os_version": "7", "memory": 8 << 30, "cpus": 4, "privileged": True},
    "bindings": {"raw_sockets": [{"kind": "raw", "protocol": 1, "users": [{"pid": 5, "name": "app"}]}]},
    "workload": {"resources": {"memory_request": 1 << 30, "memory_limit": 2 << 30, "cpu_request": 0.5}},
}


def test_the_short_one_names_what_is_worse_than_minor_and_what_is_gained() -> None:
    text = outlook.short(found(CASE))
    assert "  web01: fit for Compose; for Kubernetes after work; 1.25 to 7 person-days on Compose" in text
    assert "    major: It sends or receives packets below TCP and UDP: app\n" in text
    assert "the machine has 8.0 GiB and 4 CPUs; the workloads ask for 1.0 GiB (12 %) and 0.5 CPUs (12 %)" in text
    assert "security updates" not in text


def test_the_full_one_shows_evidence_and_remedy_worst_first() -> None:
    text = outlook.full(found(CASE))
    assert text.index("major: It sends") < text.index("minor: The distribution gets no more security updates")
    assert "app: a raw socket (protocol 1)" in text
    assert "→ Allow NET_RAW in the plan" in text
    assert "asks for 1.0 of 8.0 GiB of memory (12 %) and 0.5 of 4 CPUs (12 %)" in text


def test_what_is_not_known_is_told_with_what_would_settle_it() -> None:
    judged = found({"system": {"os_id": "debian", "os_version": "12", "privileged": False}})
    assert "web01: insufficient data" in outlook.short(judged)
    assert "settled by: the line USER ALL=(root)" in outlook.full(judged)
