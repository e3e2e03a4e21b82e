"""The command line: words in, words out. The work is in ``migrate.pipeline``, imported when it is needed."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from migrate import __version__
from migrate.errors import InputError, Interrupted, MigrateError
from migrate.model.target import Access, Wanted
from migrate.progress import Progress
from migrate.quoting import terminal

if TYPE_CHECKING:
    from migrate.model.plan import Question
    from migrate.planner import Refreshed

app = typer.Typer(
    name="migrate",
    help="Take a legacy Linux server to containers, with proof.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "-w",
        "--workspace",
        metavar="DIR",
        file_okay=False,
        help="The folder of this migration (default: the current one).",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document on standard output.")]
VerboseOption = Annotated[bool, typer.Option("-v", "--verbose", help="Show what runs on the host; tracebacks of bugs.")]
EngineOption = Annotated[str, typer.Option("--engine", help="docker or podman.")]
IdentityOption = Annotated[
    list[str] | None, typer.Option("-i", "--identity", metavar="FILE", help="Private key; may be repeated.")
]
PortOption = Annotated[int | None, typer.Option("-p", "--port", help="SSH port.")]
JumpOption = Annotated[str | None, typer.Option("-J", "--jump", metavar="HOST", help="Jump host, as of ssh -J.")]
AcceptOption = Annotated[
    bool, typer.Option("--accept-new", help="Take unknown host keys (changed ones are still refused).")
]
LegacyOption = Annotated[
    bool, typer.Option("--legacy-crypto", help="Allow SHA-1 algorithms for servers of the RHEL 5 age.")
]
OpensshOption = Annotated[
    bool, typer.Option("--openssh", help="Go through the system's ssh: hardware keys, Kerberos, whatever it can do.")
]
SudoOption = Annotated[bool, typer.Option("--sudo/--no-sudo", help="Use sudo where it is there.")]


_ROWS = 40  # of a table that `show` prints without --all


@dataclass(slots=True)
class _Common:
    """Options that may stand before the verb."""

    workspace: Path | None = None
    json: bool = False
    verbose: bool = False


_common = _Common()


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"migrate {__version__}")
        raise typer.Exit


@app.callback()
def _before(
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Print the version and end.")
    ] = False,
) -> None:
    del version
    _common.workspace, _common.json, _common.verbose = workspace, as_json, verbose


def _folder(workspace: Path | None) -> Path:
    return workspace or _common.workspace or Path()


def _finish(result: Any, as_json: bool, show: Callable[[Any], str]) -> None:
    """Print a command's result, for a program or for a person."""
    if as_json or _common.json:
        import json

        from migrate.model.codec import dump

        typer.echo(json.dumps(dump(result), indent=1, ensure_ascii=True))
    else:
        typer.echo(terminal(show(result)))


@app.command()
def discover(
    targets: Annotated[
        list[str],
        typer.Argument(
            metavar="TARGET...",
            help="[user@]host[:port], vagrant[:machine], docker:NAME, local, @INVENTORY (Ansible's), replay:FILE",
        ),
    ],
    workspace: WorkspaceOption = None,
    identity: IdentityOption = None,
    port: PortOption = None,
    jump: JumpOption = None,
    accept_new: AcceptOption = False,
    legacy_crypto: LegacyOption = False,
    openssh: OpensshOption = False,
    sudo: SudoOption = True,
    record: Annotated[
        bool, typer.Option("--record/--no-record", help="Record the answers of HTTP listeners (GET only).")
    ] = True,
    forks: Annotated[int, typer.Option("--forks", min=1, max=500, help="Hosts at the same time.")] = 8,
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", min=1, metavar="SECONDS", help="For one host; what it said until then is kept."),
    ] = None,
    limit: Annotated[
        str | None, typer.Option("--limit", metavar="PATTERN", help="Which hosts of the inventory, as in Ansible.")
    ] = None,
    vault: Annotated[
        str | None, typer.Option("--vault-password-file", metavar="FILE", help="For the inventory's vaulted values.")
    ] = None,
    save_raw: Annotated[
        str | None,
        typer.Option("--save-raw", metavar="FILE", help="Write down all that the host says, for replay:FILE."),
    ] = None,
    raw_content: Annotated[
        bool, typer.Option("--raw-content/--no-raw-content", help="With the captured files in it.")
    ] = True,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Inventory hosts; nothing is written or left behind on them."""
    from migrate import pipeline, screens

    access = Access(
        identity=tuple(identity or ()), port=port, jump=jump, accept_new=accept_new, legacy_crypto=legacy_crypto,
        sudo=sudo, verbose=verbose or _common.verbose, openssh=openssh,
    )  # fmt: skip
    wanted = Wanted(record, forks, timeout, limit, vault, save_raw, raw_content)
    results = pipeline.discover(_folder(workspace), tuple(targets), access, wanted=wanted, say=Progress())
    _finish(results, as_json, screens.discovered)
    pipeline.raise_worst(results)


@app.command()
def plan(
    workspace: WorkspaceOption = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; end with 1 where plan.yaml is not up to date.")
    ] = False,
    questions: Annotated[
        bool, typer.Option("--questions/--no-questions", help="Ask open questions, where there is a terminal.")
    ] = True,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Derive or refresh plan.yaml; show the workloads, what feeds them, what is open."""
    from migrate import outlook, pipeline, planview

    _common.verbose |= verbose
    talk = questions and not check and not (as_json or _common.json) and sys.stdin.isatty() and sys.stderr.isatty()
    if check:
        _checked(pipeline.make_plan(_folder(workspace), say=Progress(), write=False), as_json)
        return
    found, assessment = pipeline.plan_and_assess(_folder(workspace), say=Progress(), ask=_ask if talk else None)
    _finish(_as_json(found), as_json, lambda _: f"{planview.refreshed(found)}\n{outlook.short(assessment)}")


def _checked(found: Refreshed, as_json: bool) -> None:
    from migrate import planview

    _finish(_as_json(found), as_json, lambda _: planview.refreshed(found))
    if not found.current:
        raise typer.Exit(1)


def _as_json(found: Refreshed) -> dict[str, Any]:
    """The plan, with what is different in it."""
    from migrate.model.codec import dump

    return {**dump(found.plan), "changes": dump(found.changes)}


def _ask(question: Question) -> str | None:
    """A person's answer at the terminal; None where they leave it open."""
    from migrate import planview
    from migrate.model.plan_rules import unfit

    said = f"{planview.asked(question)} (enter: {terminal(question.default)}; - leaves it open)"
    while True:
        answer = str(typer.prompt(said, default=question.default, show_default=False, err=True)).strip()
        if answer == "-":
            return None
        if not (why := unfit(question, answer)):
            return answer
        typer.echo(f"  it {terminal(why)}", err=True)


@app.command()
def assess(workspace: WorkspaceOption = None, as_json: JsonOption = False, verbose: VerboseOption = False) -> None:
    """Where each workload could go, what stands in the way, and what that takes."""
    from migrate import outlook, pipeline

    _common.verbose |= verbose
    _finish(pipeline.assess(_folder(workspace), say=Progress()), as_json, outlook.full)


@app.command()
def generate(
    workspace: WorkspaceOption = None,
    validate_: Annotated[
        bool, typer.Option("--validate/--no-validate", help="Build, run and compare afterwards.")
    ] = True,
    target: Annotated[
        list[str] | None,
        typer.Option("--target", metavar="NAME", help="Write for it, too; plan.yaml remembers. May be repeated."),
    ] = None,
    engine: EngineOption = "docker",
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Emit Dockerfiles, compose.yaml and Kubernetes manifests, then prove them."""
    from migrate import pipeline, screens

    _common.verbose |= verbose
    written = pipeline.generate(_folder(workspace), tuple(target or ()), say=Progress())
    if not validate_:
        _finish(written, as_json, screens.generated)
        pipeline.check_written(written)
        return
    if not (as_json or _common.json):
        typer.echo(terminal(screens.generated(written)), err=True)
    elif written.conflicts:
        _finish(written, as_json, screens.generated)
    pipeline.check_written(written)
    _validated(workspace, engine, as_json)


@app.command()
def validate(
    workspace: WorkspaceOption = None,
    engine: EngineOption = "docker",
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Build every image, start the whole, compare it with the legacy server, take it away again."""
    _common.verbose |= verbose
    _validated(workspace, engine, as_json)


def _validated(workspace: Path | None, engine: str, as_json: bool) -> None:
    from migrate import pipeline, screens

    verdict = pipeline.validate(_folder(workspace), engine, say=Progress())
    _finish(verdict, as_json, screens.verdict)
    if not verdict.holds:
        raise typer.Exit(1)


@app.command()
def sync(
    workspace: WorkspaceOption = None,
    identity: IdentityOption = None,
    port: PortOption = None,
    jump: JumpOption = None,
    accept_new: AcceptOption = False,
    legacy_crypto: LegacyOption = False,
    openssh: OpensshOption = False,
    sudo: SudoOption = True,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Copy state (databases, data directories) from the hosts into data/, verified."""
    from migrate import pipeline, screens

    access = Access(
        identity=tuple(identity or ()), port=port, jump=jump, accept_new=accept_new, legacy_crypto=legacy_crypto,
        sudo=sudo, verbose=verbose or _common.verbose, openssh=openssh,
    )  # fmt: skip
    report = pipeline.sync(_folder(workspace), access, say=Progress())
    _finish(report, as_json, screens.synced)
    if not report.holds:
        raise typer.Exit(1)


@app.command()
def deploy(
    workspace: WorkspaceOption = None,
    engine: EngineOption = "docker",
    down: Annotated[bool, typer.Option("--down", help="Take the deployment away.")] = False,
    volumes: Annotated[bool, typer.Option("--volumes", help="With --down: its state, too.")] = False,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Bring the bundle up with its synced state."""
    from migrate import pipeline, screens

    _common.verbose |= verbose
    if volumes and not down:
        raise InputError("--volumes goes with --down", "say: migrate deploy --down --volumes")
    if down:
        _finish(
            pipeline.take_down(_folder(workspace), engine, volumes=volumes, say=Progress()), as_json, screens.deployed
        )
        return
    report = pipeline.deploy(_folder(workspace), engine, say=Progress())
    _finish(report, as_json, screens.deployed)
    if not report.holds:
        raise typer.Exit(1)


@app.command()
def show(
    host: Annotated[str | None, typer.Argument(help="A host of the workspace (default: all).")] = None,
    scope: Annotated[
        list[str] | None, typer.Option("-s", "--scope", metavar="NAME", help="Facts of this scope; may be repeated.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Facts of every scope, and tables in full.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """A terminal view of what was discovered: a summary, or the facts of a scope."""
    from migrate import pipeline, screens, views

    names = tuple(scope or ())
    found = pipeline.scopes_of(_folder(workspace), host, names)
    limit = None if every else _ROWS

    def tables(inventories: Any) -> str:
        return "\n\n".join(views.scopes(one, names, limit) for one in inventories)

    _finish(found, as_json, tables if names or every else screens.inventories)


@app.command()
def diff(
    before: Annotated[
        str, typer.Argument(metavar="A", help="A host, HOST@previous, HOST@TIME, docker:NAME, or an inventory.json.")
    ],
    after: Annotated[
        str | None, typer.Argument(metavar="B", help="The same; without it, A now against what it was before.")
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option("-s", "--scope", metavar="NAME", help="Only this scope; may be repeated.")
    ] = None,
    content: Annotated[bool, typer.Option("--content", help="The lines of captured files as well.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 where anything differs.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """What differs between two hosts, a host over time, or a host and a container; ids and times left out."""
    from migrate import pipeline, views

    found = pipeline.diff(_folder(workspace), before, after, names=tuple(scope or ()), content=content)
    _finish(found, as_json, views.difference)
    if exit_code and found.changes:
        raise typer.Exit(1)


@app.command()
def explain(
    what: Annotated[
        str, typer.Argument(metavar="FILE[:LINE]", help="A generated file: generated/images/shop/Dockerfile:12")
    ],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Which facts and decisions a generated line came from, and why."""
    from migrate import pipeline, screens

    _finish(pipeline.explain(_folder(workspace), what, say=Progress()), as_json, screens.explained)


@app.command()
def report(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Write the assessment and the last verdict again as HTML, JSON and JUnit, and print where."""
    from migrate import pipeline

    _finish(str(pipeline.report(_folder(workspace))), as_json, str)


@app.command()
def schema(what: Annotated[str, typer.Argument(help="inventory, plan or rules")] = "inventory") -> None:
    """Print the JSON Schema of a file of the workspace."""
    from migrate import pipeline

    typer.echo(pipeline.schema(what))


@app.command()
def demo(
    workspace: WorkspaceOption = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the sample server and the workspace.")] = False,
    state: Annotated[
        bool, typer.Option("--state/--no-state", help="Sync the server's state, so that every page is compared.")
    ] = True,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """The whole way on a sample legacy server that ships with the toolkit."""
    from migrate import demonstration

    _common.verbose |= verbose
    verdict = demonstration.run_demo(workspace or _common.workspace, keep=keep, state=state, say=Progress())
    if as_json or _common.json:
        _finish(verdict, as_json, str)
    if not verdict.holds:
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; expected errors become a message and an exit status."""
    gc.set_threshold(50_000, 20, 100)  # an inventory is a large thing without cycles: looking for some is dear
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for them reads what all packages offer
    sys.exit(_run(sys.argv[1:]))


def _run(arguments: list[str]) -> int:
    from typer.exceptions import Abort, TyperException

    try:
        outcome = app(arguments, standalone_mode=False)
        if outcome == Interrupted.exit_status:  # typer takes Ctrl-C for a status of its own
            return _complain(Interrupted("interrupted; what was finished before is kept"))
        return outcome if isinstance(outcome, int) else 0
    except MigrateError as error:
        return _complain(error)
    except TyperException as error:
        return _complain(InputError(str(error), "migrate --help, or migrate COMMAND --help"))
    except (Abort, KeyboardInterrupt):
        return _complain(Interrupted("interrupted; what was finished before is kept"))
    except BrokenPipeError:
        return 0
    except Exception as error:
        if _common.verbose or "-v" in arguments or "--verbose" in arguments:
            raise
        return _complain(
            MigrateError(f"internal error: {type(error).__name__}: {error}", "run again with --verbose and report it")
        )


def _complain(error: MigrateError) -> int:
    typer.echo(f"migrate: {terminal(error.message)}", err=True)
    if error.hint:
        typer.echo(f"  try: {terminal(error.hint)}", err=True)
    return error.exit_status
