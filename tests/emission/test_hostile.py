"""Text that shells, Dockerfiles, YAML, JSON and Markdown would take apart goes through all of them byte for byte."""

from __future__ import annotations

import json
import os
import re
import secrets as random
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrate import process
from migrate.emission.unittext import literal
from migrate.emitters import Sources
from migrate.model.facts import Secret, Secrets
from migrate.model.plan import (
    Account,
    Coupling,
    FileChoice,
    GroupChoice,
    Health,
    Port,
    Question,
    ScheduledJob,
    SecretUse,
    Variable,
    Volume,
)
from migrate.parts import parts
from migrate.writer import write
from tests.emission.sample import captured, emitted, saved, snapshot, sources, text, workload

NASTY = (
    "it's", 'say "x"', "a b  c ", " led", "two\nlines", "\n", "tab\there", "$HOME", "${PATH}", "$$", "$(id)", "`id`",
    "\\", "\\n", "a\\", "#no comment", "-rf", "--", "%d%%", "{{ jinja }}", "{% raw %}", "&<b>'\"", "*?[x]", "~",
    "!important", "null", "yes", "0755", "1e3", "a: b", "- a", "| x", ">", "@x", "=", "ünï", "\u2028", "\x01\x1b[31m",
    "caf\udce9", "\udcff\udcfe", "@BASE@", "EOF", ";reboot", "a|b", "x\r", "[a](b)", "<!--",
)  # fmt: skip
"""Each of them stood on some server."""
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
TARGETS = tuple(one.name for one in parts("migrate.emitters", "EMITTER") if one.on_request)
ANY = TEXT | st.sampled_from(NASTY)
SAFE_YAML = st.sampled_from([one for one in NASTY if not re.search("[\udc80-\udcff]", one)]) | TEXT


def raw(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")


# --- read back, without an engine -------------------------------------------------------------------------------------


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """(instruction, the rest) as a builder joins lines: comments inside go, a backslash at the end goes on."""
    found, kept = [], ""
    for line in dockerfile.split("\n"):
        if line.lstrip().startswith("#"):
            continue
        kept += line
        if kept.endswith("\\"):
            kept = kept[:-1]
            continue
        if kept.strip():
            name, _, rest = kept.strip().partition(" ")
            found.append((name, rest.strip()))
        kept = ""
    return found


def pairs(rest: str) -> dict[str, str]:
    """What ENV or LABEL sets: name="value" with the builder's own escapes."""
    found = re.findall(r'([\w.-]+)="((?:[^"\\]|\\.)*)"', rest, re.DOTALL)
    assert not re.sub(r'[\w.-]+="(?:[^"\\]|\\.)*"', "", rest, flags=re.DOTALL).strip(), rest
    return {name: re.sub(r'\\(["\\$])', r"\1", value) for name, value in found}


def last(dockerfile: str, name: str) -> str:
    return next(rest for found, rest in reversed(instructions(dockerfile)) if found == name)


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.lists(SAFE_YAML, min_size=1, max_size=4), SAFE_YAML, SAFE_YAML, ANY)
def test_what_is_emitted_reads_back_as_it_was(argv: list[str], value: str, place: str, because: str) -> None:
    path = "/srv/" + place.replace("/", "_").replace(":", "_").replace("\n", "_").replace("\r", "_") + "x"
    app = workload(
        because=because,
        command=("/bin/echo", *argv),
        environment=(Variable("VALUE", value, because),),
        volumes=(Volume("v", path, "data", "copy", 1, 2, 0o750, because),),
        health=Health("command", command=("/bin/test", *argv)),
        couplings=(Coupling(None, "external", because, because, 80),),
    )
    job = ScheduledJob("job", "*/5 * * * *", f"run {value}", "root", (Variable("V", value),))
    cron = workload("cron", command=(), jobs=(job,))
    given_ = sources(app, cron)
    asked = (Question("q", because, "no", because),)
    given_ = replace(given_, plan=replace(given_.plan, questions=asked, targets=TARGETS))
    files = emitted(given_)
    dockerfile = text(files, "images/app/Dockerfile")
    assert json.loads(last(dockerfile, "HEALTHCHECK").partition("CMD ")[2]) == ["/bin/test", *argv]
    assert json.loads(last(dockerfile, "CMD")) == ["/bin/echo", *argv]
    if value.isprintable():
        assert pairs(last(dockerfile, "ENV"))["VALUE"] == value
    composed = yaml.load(text(files, "compose.yaml"), Loader=yaml.CSafeLoader)
    (mounted,) = composed["services"]["app"]["volumes"]
    assert mounted["target"].replace("$$", "$") == path
    assert set(composed["services"]) == {"app", "cron"}
    (scheduled,) = [
        one for one in yaml.load_all(text(files, "kubernetes/base/cron.yaml"), Loader=yaml.CSafeLoader)
        if one["kind"] == "CronJob"
    ]  # fmt: skip
    container = scheduled["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    assert container["command"][-1].replace("$$(", "$(") == job.command
    task = json.loads(text(files, "ecs/tasks/cron-job.json"))
    assert task["containerDefinitions"][-1]["command"][-1] == job.command
    assert f"Volume=web01-v.volume:{literal(path)}\n" in text(files, "quadlet/web01-app.container")
    _markdown_holds(text(files, "README.md"))


def _markdown_holds(readme: str) -> None:
    """No line of a host's text begins a line of its own or opens a tag."""
    headings = [line for line in readme.split("\n") if line.startswith("## ")]
    assert len(headings) == len(set(headings))
    assert "<b>" not in readme
    assert "<!--" not in readme
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f]", readme)


# --- through a real build and a real container ------------------------------------------------------------------------

PLACE = '/srv/it\'s "$x" {{y}} #z ü'
SHOW = 'printf "%s\\0" "$PWD" "$(umask)" "$@"; echo; env -0; echo; cd /srv/names && find . -type f -print0 | sort -z'


def names() -> Iterator[str]:
    """Each text as the name of a file."""
    yield from (one for one in NASTY if one not in (".", ".."))


def hostile() -> Sources:
    entries = [captured(f"/srv/names/{name}", mode=0o644) for name in names()]
    entries += [captured("/etc/hostile/key", secrets=("key",)), captured(PLACE, "directory", 0o755)]
    texts = {one.path: raw(one.path) for one in entries if one.kind == "file"}
    texts["/etc/hostile/key"] = bytes(range(256))
    app = workload(
        because="\n".join(NASTY[:5]),
        files=(FileChoice("/srv/names", "names"), FileChoice(PLACE, "a place")),
        accounts=(Account("shop", 1007, 1007, "shop", "/home/shop", "/bin/sh", "".join(NASTY).replace(":", "")),),
        groups=(GroupChoice("shop", 1007),),
        user="shop",
        command=("/bin/sh", "-c", SHOW, "show", *NASTY),
        environment=tuple(Variable(f"H_{number}", value, value) for number, value in enumerate(NASTY)),
        working_directory=PLACE,
        umask="0027",
        ports=(Port(80, publish=None),),
        volumes=(Volume("kept", f"{PLACE}/kept", "data", "copy", 1007, 1007, 0o750, "state"),),
        secrets=(
            SecretUse("key", ("key",), "/etc/hostile/key", uid=1007, mode=0o444),
            SecretUse("token", ("token",), variable="TOKEN"),
        ),
    )
    known = Secrets((Secret("key", "key", "/etc/hostile/key"), Secret("token", "token", where="environment")))
    token = "".join(one for one in NASTY if not re.search("[\udc80-\udcff]", one))
    return sources(app, seen=snapshot(entries, texts, known), secrets={"key": "", "token": token})


@pytest.mark.engine
def test_a_container_gets_every_name_word_and_value_byte_for_byte(tmp_path: Path) -> None:
    given_ = hostile()
    workspace = saved(tmp_path, given_)
    write(workspace, emitted(given_).values())
    prefix = f"migrate-test-hostile-{random.token_hex(4)}/"
    tag = f"{prefix}web01/app:latest"
    build = ("docker", "build", "--quiet", "--tag", tag, str(workspace.generated / "images/app"))
    try:
        done = process.run(build, env={"DOCKER_BUILDKIT": "0"}, timeout=300)
        assert done.ok, done.complaint
        words, values, files = _parts(_shown(workspace.generated, prefix))
    finally:
        process.run(("docker", "rmi", "--force", tag))
    assert words == [raw(PLACE), b"0027", *map(raw, NASTY)]
    assert {name: values[name] for name in values if name.startswith(b"H_")} == {
        raw(f"H_{number}"): raw(value) for number, value in enumerate(NASTY)
    }
    assert values[b"TOKEN"] == raw(given_.secrets["web01"]["token"])
    assert sorted(files) == sorted(raw(f"./{name}") for name in names())


def _shown(generated: Path, prefix: str) -> bytes:
    """What the container prints that Compose starts; its volume and its network go with it."""
    compose = ("docker", "compose", "--project-name", prefix.strip("/"), "--file", str(generated / "compose.yaml"))
    env = {**os.environ, "IMAGE_REGISTRY": prefix}
    try:
        done = subprocess.run(
            (*compose, "run", "--rm", "--no-deps", "-T", "app"),
            env=env, capture_output=True, check=False, timeout=120, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout
    finally:
        subprocess.run((*compose, "down", "--volumes"), env=env, capture_output=True, check=False, timeout=60)


def _parts(said: bytes) -> tuple[list[bytes], Mapping[bytes, bytes], list[bytes]]:
    pieces = said.split(b"\0")
    count = 2 + len(NASTY)
    words, rest = pieces[:count], b"\0".join(pieces[count:]).removeprefix(b"\n")
    variables, _, files = rest.partition(b"\0\n./")
    values = dict(one.split(b"=", 1) for one in variables.split(b"\0"))
    return words, values, [one for one in (b"./" + files).split(b"\0") if one]
