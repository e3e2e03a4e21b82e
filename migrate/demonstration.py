"""The whole way on the sample legacy server: start it, discover, sync, generate, prove, and take everything away."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from migrate import pipeline, screens
from migrate.errors import EngineError
from migrate.model.target import Access, Wanted
from migrate.model.verdict import Verdict
from migrate.process import run
from migrate.shipped import shipped

Say = Callable[[str], None]
NAME = "migrate-demo"


def run_demo(folder: Path | None, *, keep: bool, state: bool, say: Say) -> Verdict:
    """Run it and return the verdict; the workspace stays, the server goes unless ``keep``.

    :param folder: the workspace; a new folder ./demo where None.
    :param state: sync the server's state, so that pages which need it are compared as well.
    """
    workspace = folder or Path("demo")
    with _key() as key, _server(key, keep, say) as port:
        access = Access(identity=(str(key),), accept_new=True)
        say(f"$ migrate discover admin@127.0.0.1:{port}")
        pipeline.discover(workspace, (f"admin@127.0.0.1:{port}",), access, wanted=Wanted(), say=say)
        say("$ migrate plan")
        pipeline.make_plan(workspace, say=say)
        if state:
            say("$ migrate sync")
            pipeline.sync(workspace, access, say=say)
        say("$ migrate generate")
        pipeline.check_written(pipeline.generate(workspace, say=say))
        verdict = pipeline.validate(workspace, "docker", say=say)
    for line in screens.verdict(verdict).splitlines():
        say(line)
    say(f"the generated files are in {workspace / 'generated'}")
    say(f"the report is {(workspace / 'reports' / 'validation.html').resolve()}")
    return verdict


@contextmanager
def _key() -> Iterator[Path]:
    """A key pair for this run only."""
    folder = Path(tempfile.mkdtemp(prefix="migrate-demo-"))
    try:
        path = folder / "key"
        made = run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", NAME, "-f", str(path)])
        if not made.ok:
            raise EngineError(f"ssh-keygen made no key: {made.complaint}")
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _server(key: Path, keep: bool, say: Say) -> Iterator[str]:
    """The sample server; gives the SSH port on 127.0.0.1."""
    scripts = shipped("examples/shop")
    say("starting the sample legacy server (the first time its image is built: two to five minutes)")
    started = run(
        [str(scripts / "start"), "--name", NAME, "--key", f"{key}.pub"], on_line=lambda line: say(f"  {line}")
    )
    try:
        if not started.ok:
            raise EngineError("the sample server did not start", f"see what it said above, or run {scripts / 'start'}")
        yield started.text.strip().splitlines()[-1].split()[-1]
    finally:
        if keep:
            say(f"the sample server stays; {scripts / 'stop'} --name {NAME} takes it away")
        else:
            run([str(scripts / "stop"), "--name", NAME])
