from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate import process
from migrate.emitters import Sources
from migrate.emitters.dockerfile import emit
from migrate.errors import InputError
from migrate.model.bundle import BundleFile, Captured
from migrate.model.facts import Package, Packages
from migrate.model.plan import (
    Account,
    Base,
    Coupling,
    FileChoice,
    Health,
    PackageChoice,
    Step,
    Variable,
    Workload,
)
from tests.emission.sample import HOST, captured, shop, snapshot, sources, text, workload

ANY = st.text(max_size=30)
BASES = (
    Base("debian:11", "dpkg", "debian", "11"),
    Base("rockylinux:8", "rpm", "rocky", "8.9"),
    Base("alpine:3.18", "apk", "alpine", "3.18"),
)


def files(given: Sources) -> dict[str, BundleFile]:
    return {file.path: file for file in emit(given)}


def dockerfile(one: Workload, given: Sources | None = None) -> str:
    return text(files(given or sources(one)), f"images/{one.name}/Dockerfile")


def instructions(body: str) -> list[str]:
    """Instructions with their continuation lines joined, as a builder reads them."""
    lines = [line for line in body.split("\n") if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n", "", "\n".join(lines))
    return [line.strip() for line in joined.split("\n") if line.strip()]


def test_what_was_captured_goes_along_with_its_time() -> None:
    one = workload(files=(FileChoice("/opt", "a test"),))
    found = files(sources(one, seen=snapshot((captured("/opt/run", mode=0o4750), captured("/opt/it's", mode=0o600)))))
    assert found["images/app/rootfs/opt/run"] == BundleFile(
        "images/app/rootfs/opt/run", Captured(HOST, "/opt/run"), 0o755, mtime=1_400_000_000
    )
    assert found["images/app/rootfs/opt/it's"].mode == 0o644
    assert "COPY rootfs/ /files-" in text(found, "images/app/Dockerfile")


def test_changed_files_hold_the_change() -> None:
    assert b"server app:8081" in files(shop())["images/nginx/rootfs/etc/nginx/conf.d/up.conf"].data  # type: ignore[operator]


def test_no_secret_is_in_a_build_context() -> None:
    for path, file in files(shop()).items():
        assert file.data != Captured(HOST, "/etc/app/db.conf"), path
        assert b"hunter2" not in (file.data if isinstance(file.data, bytes) else b""), path


def test_a_command_with_a_secret_is_not_in_the_image() -> None:
    body = dockerfile(workload(command=("redis", "--requirepass", "${secret:pw}")))
    assert instructions(body)[-1] == 'CMD ["/bin/sh", "/run/migrate/command"]'


def test_packages_are_sorted_and_pinned_with_all_that_they_need() -> None:
    packages = Packages(
        "dpkg",
        (
            Package("b", "1:2-3", "amd64", "dpkg", depends=(("virtual", "none"), ("libc6",))),
            Package("provider", "4", "all", "dpkg", provides=("virtual",)),
            Package("libc6", "2.31", "amd64", "dpkg", essential=True),
            Package("a", "5", "i386", "dpkg"),
            Package("other", "6", "amd64", "dpkg"),
        ),
    )
    one = workload(packages=(PackageChoice("b", "1:2-3", ""), PackageChoice("a", "5", "")))
    found = files(sources(one, seen=snapshot((), {}, packages)))
    pins = re.findall(r"Package: (\S+)\nPin: version (\S+)", text(found, "images/app/preferences"))
    assert pins == [("a", "5"), ("b", "1:2-3"), ("provider", "4")]
    body = text(found, "images/app/Dockerfile")
    assert "dpkg --add-architecture i386; " in body
    assert body.index("        a:i386 ") < body.index("        b; ")


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.family)
def test_each_family_installs_its_own_way(base: Base) -> None:
    one = workload(base=base, packages=(PackageChoice("x", "1.2-3", ""),), health=Health("tcp", 8080))
    body = dockerfile(one)
    installers = {"dpkg": "apt-get install", "rpm": "microdnf", "apk": "apk add --no-cache"}
    assert [family for family, word in installers.items() if word in body] == [base.family]
    assert ('"bash"' in body) == (base.family != "apk")


@pytest.mark.parametrize(
    "wrong",
    [
        {"packages": (PackageChoice("x; rm -rf /", None, ""),)},
        {"packages": (PackageChoice("--allow", None, ""),)},
        {"base": Base("debian:11\nRUN id", "dpkg", "debian", "11")},
        {"stop_signal": "SIGTERM\nRUN id"},
        {"accounts": (Account("x\ny", 5, 5, "x", "/", "/bin/sh"),)},
        {"accounts": (Account("x", 5, 5, "x", "/a:b", "/bin/sh"),)},
        {"command": ()},
        {"user": "nobody-knows"},
    ],
)
def test_what_can_not_be_said_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"plan\.yaml"):
        emit(sources(workload(**wrong)))


@settings(deadline=None)
@given(ANY, ANY, ANY, ANY, ANY)
def test_hostile_text_stays_in_its_instruction(value: str, because: str, command: str, gecos: str, step: str) -> None:
    one = workload(
        because=because,
        command=("run", command),
        environment=(Variable("X", value),),
        accounts=(Account("shop", 1007, 1007, "shop", "/home/shop", "/bin/sh", gecos),),
        steps=(Step(f"true {step}", because),),
        health=Health("http", 80, "/" + value, command, 200),
    )
    words = [line.split(" ")[0] for line in instructions(dockerfile(one))]
    allowed = {"ARG", "FROM", "RUN", "LABEL", "ENV", "COPY", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
    assert set(words) <= allowed
    assert words.count("CMD") == 1
    assert words.count("ARG") == 2


@settings(deadline=None)
@given(st.lists(ANY, min_size=1))
def test_the_command_is_carried_word_for_word(words: list[str]) -> None:
    last = instructions(dockerfile(workload(command=tuple(words))))[-1]
    assert json.loads(last.removeprefix("CMD ")) == words


def test_bytes_that_json_can_not_carry_are_said_by_the_entrypoint() -> None:
    found = files(sources(workload(command=("/bin/echo", "x\udcff"), umask="0077")))
    assert "CMD" not in text(found, "images/app/Dockerfile")
    script = found["images/app/entrypoint.sh"].data
    assert isinstance(script, bytes)
    assert subprocess.run(["sh"], input=script, capture_output=True, check=True).stdout == b"x\xff\n"


def test_the_plans_entrypoint_is_kept_after_what_has_to_come_first() -> None:
    one = workload(
        entrypoint='#!/bin/bash\nset -eu\nmake-it\nexec "$@"\n', umask="0027", environment=(Variable("A", "1\n2"),)
    )
    script = text(files(sources(one)), "images/app/entrypoint.sh")
    assert script == '#!/bin/bash\numask 0027\nset -- env \'A=1\n2\' "$@"\nset -eu\nmake-it\nexec "$@"\n'


def test_the_same_sources_give_the_same_bytes() -> None:
    assert emit(shop()) == emit(shop())


def test_a_relay_is_built_only_where_one_is_asked_for() -> None:
    assert "images/forwarder/Dockerfile" in files(shop())
    assert "images/forwarder/Dockerfile" not in files(sources(workload()))
    needed = Coupling("db", "forward", "", "127.0.0.1", 5432)
    alpine = [replace(one, base=BASES[2]) for one in (workload(couplings=(needed,)), workload("db"))]
    assert "apk add --no-cache" in text(files(sources(*alpine)), "images/forwarder/Dockerfile")


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.family)
def test_hadolint_has_no_error_and_no_warning(base: Base, tmp_path: Path) -> None:
    given = shop()
    workloads = tuple(replace(one, base=base) for one in given.plan.workloads)
    odd = workload(
        "odd", base=base, steps=(Step("a; cd /x && b | c", "x"), Step("a\nb", "y")), packages=workloads[0].packages
    )
    written = []
    for path, file in files(replace(given, plan=replace(given.plan, workloads=(*workloads, odd)))).items():
        if path.endswith("/Dockerfile"):
            written.append(tmp_path / path.replace("/", "-"))
            written[-1].write_bytes(file.data if isinstance(file.data, bytes) else b"")
    done = process.run(("hadolint", "--failure-threshold", "warning", *map(str, written)))
    assert done.ok, done.text


def test_the_hosts_own_authorities_are_made_known() -> None:
    path = "/usr/local/share/ca-certificates/firm.crt"
    seen = snapshot((captured(path),), {path: b"-----BEGIN CERTIFICATE-----\n"})
    found = {one.path: one for one in emit(sources(workload(files=(FileChoice(path, ""),)), seen=seen))}
    assert "update-ca-certificates" in text(found, "images/app/Dockerfile")
    assert "update-ca-certificates" not in text(
        {one.path: one for one in emit(sources(workload()))}, "images/app/Dockerfile"
    )
