"""Couplings between the workloads of a host, and what they ask of the workloads' names, files and directories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from migrate.model.certificates import Certificates
from migrate.model.facts import Network, Secrets, Sites
from migrate.model.plan import Coupling, FileChoice, Rewrite, ScheduledJob, Variable, Volume, Workload
from migrate.planning import bindings, kin, mail, peers
from migrate.planning.couplings import Party, Site, machine, resolve_all
from migrate.planning.evidence import environment
from migrate.planning.index import SHARED_DIRECTORIES, Index, below, parent
from migrate.planning.workloads import Draft
from migrate.quoting import slug


def join(hosts: Sequence[tuple[Index, tuple[Draft, ...]]]) -> tuple[tuple[Draft, ...], ...]:
    """Each host's drafts with their couplings, across hosts too, and with everything that these change in them."""
    sites = [_site(host, drafts) for host, drafts in hosts]
    found = _let_in(hosts, sites, resolve_all(sites))
    for site, (_, drafts) in zip(sites, hosts, strict=True):
        found |= {name: (*found[name], *more) for name, more in kin.couplings(drafts, found, site.texts).items()}
    coupled = [
        _coupled(host, draft, (*found[draft.workload.name], *_bindings(draft, site.machine.addresses, site.texts)))
        for (host, drafts), site in zip(hosts, sites, strict=True)
        for draft in drafts
    ]
    joined = iter(_with_sockets(_with_aliases(tuple(coupled))))
    return tuple(tuple(islice(joined, len(drafts))) for _, drafts in hosts)


def _let_in(
    hosts: Sequence[tuple[Index, tuple[Draft, ...]]], sites: Sequence[Site], found: Mapping[str, tuple[Coupling, ...]]
) -> dict[str, tuple[Coupling, ...]]:
    """With what lets clients of other hosts in."""
    place = {draft.workload.name: site for (_, drafts), site in zip(hosts, sites, strict=True) for draft in drafts}
    clients: dict[tuple[str, int], set[str]] = {}
    for name, couplings in found.items():
        for one in couplings:
            if one.to in place and one.port and place[one.to] is not place[name]:
                clients.setdefault((one.to, one.port), set()).update(place[name].machine.addresses)
    more = dict(found)
    for (server, port), addresses in sorted(clients.items()):
        paths = next(party.paths for party in place[server].parties if party.name == server)
        texts = {path: place[server].texts[path] for path in paths}
        if coupling := peers.let_in(server, port, addresses, texts):
            more[server] = (*more[server], coupling)
    return more


def _coupled(host: Index, draft: Draft, couplings: tuple[Coupling, ...]) -> Draft:
    met = _with_couplings(host, draft, couplings)
    return replace(met, workload=mail.with_client(met.workload, host))


def _site(host: Index, drafts: tuple[Draft, ...]) -> Site:
    inventory = host.snapshot.inventory
    paths = dict.fromkeys(path for draft in drafts for path in _paths(draft))
    return Site(
        parties=[_party(draft) for draft in drafts],
        machine=machine(host.system, inventory.get(Network)),
        texts={path: _readable(host, path) for path in paths},
        secret_lines=_secret_lines(host),
        known_as=_known_as(host),
    )


def _known_as(host: Index) -> frozenset[str]:
    """Names under which others may know the host: its virtual hosts', and those of certificates that it has keys of."""
    sites = (name for site in host.snapshot.inventory.get(Sites).sites for name in site.names)
    certificates = (one for one in host.snapshot.inventory.get(Certificates).certificates if one.key)
    names = {name.lower() for name in (*sites, *(name for one in certificates for name in one.names))}
    return frozenset(name for name in names if "." in name and "*" not in name and not name.startswith("localhost"))


def _readable(host: Index, path: str) -> str:
    """The text of a file; none of a binary one, in which nothing can be set."""
    return "" if b"\0" in host.snapshot.texts.get(path, b"") else host.snapshot.text(path) or ""


def _bindings(draft: Draft, own: tuple[str, ...], texts: Mapping[str, str]) -> tuple[Coupling, ...]:
    bound = bindings.listening_on(draft.candidate.sockets if draft.candidate else (), own)
    mine = {path: texts[path] for path in _paths(draft)} if bound else {}
    return bindings.resolve(draft.workload.name, bound, mine, draft.workload.command)


def _paths(draft: Draft) -> tuple[str, ...]:
    mounted = (use.path for use in draft.workload.secrets if use.path)
    return tuple(dict.fromkeys((*draft.belongings.texts, *mounted)))


def _party(draft: Draft) -> Party:
    workload = draft.workload
    commands = [("command", " ".join(workload.command))] if workload.command else []
    commands += [(job.name, job.command) for job in workload.jobs]
    if draft.mails:
        commands.append((mail.LABEL, mail.ADDRESS))
    return Party(
        name=workload.name,
        sockets=draft.candidate.sockets if draft.candidate else (),
        paths=_paths(draft),
        variables=(*((one.name, one.value) for one in workload.environment), *_secret_variables(draft)),
        commands=tuple(commands),
        serves=draft.candidate.part.path if draft.candidate and draft.candidate.part else None,
    )


def _secret_variables(draft: Draft) -> tuple[tuple[str, str], ...]:
    """Variables that hold a secret beside an address: with the secret's mark in the value's place."""
    names = {use.variable for use in draft.workload.secrets if use.variable}
    pairs = environment(draft.candidate) if draft.candidate else ()
    return tuple((name, value) for name, value in pairs if name in names)


def _secret_lines(host: Index) -> Mapping[str, frozenset[int]]:
    lines: dict[str, set[int]] = {}
    for secret in host.snapshot.inventory.get(Secrets).secrets:
        if secret.path and secret.line:
            lines.setdefault(secret.path, set()).add(secret.line)
    return {path: frozenset(numbers) for path, numbers in lines.items()}


def _with_couplings(host: Index, draft: Draft, couplings: tuple[Coupling, ...]) -> Draft:
    rewrites = [rewrite for coupling in couplings for rewrite in coupling.rewrites]
    workload = replace(
        draft.workload,
        couplings=couplings,
        files=(*draft.workload.files, *_rewritten_files(host, draft.workload, rewrites)),
        environment=tuple(_variable(variable, rewrites) for variable in draft.workload.environment),
        command=tuple(_text(word, "command:command", rewrites) for word in draft.workload.command),
        jobs=tuple(_job(job, rewrites) for job in draft.workload.jobs),
    )
    return replace(draft, workload=workload)


def _rewritten_files(host: Index, workload: Workload, rewrites: Iterable[Rewrite]) -> tuple[FileChoice, ...]:
    """Files that were the package's own until now: a rewritten one has to be carried."""
    mounted = {use.path for use in workload.secrets}
    paths = {rewrite.path for rewrite in rewrites if rewrite.path in host.entries} - mounted
    missing = (path for path in sorted(paths) if not any(below(path, file.path) for file in workload.files))
    return tuple(FileChoice(path, "an address in it is rewritten") for path in missing)


def _variable(variable: Variable, rewrites: Iterable[Rewrite]) -> Variable:
    # The text that was scanned is NAME=value, so the token may hold the name as well.
    text = _text(f"{variable.name}={variable.value}", f"environment:{variable.name}", rewrites)
    return replace(variable, value=text.partition("=")[2])


def _job(job: ScheduledJob, rewrites: Iterable[Rewrite]) -> ScheduledJob:
    return replace(job, command=_text(job.command, f"command:{job.name}", rewrites))


def _text(text: str, place: str, rewrites: Iterable[Rewrite]) -> str:
    for rewrite in rewrites:
        if rewrite.path == place:
            text = text.replace(rewrite.old, rewrite.new)
    return text


def _with_aliases(drafts: tuple[Draft, ...]) -> tuple[Draft, ...]:
    """Names of the hosts file go to the workload that they lead to."""
    named: dict[str, set[str]] = {}
    for draft in drafts:
        for coupling in draft.workload.couplings:
            if coupling.how == "alias" and coupling.to and coupling.address:
                named.setdefault(coupling.to, set()).add(coupling.address)
    return tuple(
        replace(draft, workload=replace(draft.workload, aliases=tuple(sorted(named.get(draft.workload.name, ())))))
        for draft in drafts
    )


def _with_sockets(drafts: tuple[Draft, ...]) -> tuple[Draft, ...]:
    """A Unix socket that another workload uses lies in a directory that both mount."""
    added: dict[str, dict[str, Volume]] = {draft.workload.name: {} for draft in drafts}
    for draft in drafts:
        for coupling in draft.workload.couplings:
            if coupling.how == "volume" and coupling.path and coupling.to:
                server = next(one.workload for one in drafts if one.workload.name == coupling.to)
                shared = _socket_volume(server, coupling.path)
                added[server.name][shared.path] = shared
                added[draft.workload.name][shared.path] = replace(
                    shared, because=f"the socket {coupling.path} of {server.name} lies there"
                )
    return tuple(_add(draft, added[draft.workload.name]) for draft in drafts)


def _socket_volume(server: Workload, path: str) -> Volume:
    place = parent(path.replace("/var/run/", "/run/", 1))
    for volume in sorted(server.volumes, key=lambda one: -len(one.path)):
        if volume.kind == "runtime" and below(place, volume.path) and volume.path not in SHARED_DIRECTORIES:
            return volume
    owner = next((account for account in server.accounts if account.name == server.user), None)
    uid, gid = (owner.uid, owner.gid) if owner else (0, 0)
    return Volume(
        slug(f"{server.name}-sockets"), place, "runtime", "none", uid, gid, 0o755, f"its socket {path} is made there"
    )


def _add(draft: Draft, added: Mapping[str, Volume]) -> Draft:
    volumes = {volume.path: volume for volume in draft.workload.volumes} | dict(added)
    return replace(draft, workload=replace(draft.workload, volumes=tuple(volumes[path] for path in sorted(volumes))))
