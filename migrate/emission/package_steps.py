"""The layers of packages of a host's images: what several images need stands first and alike in each, so that it is
built, kept and sent once.

Images form a tree: what all of a group need is its first layer, then the group that has most in common beyond that gets
one of its own, and so on; what nobody else needs is the last.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from migrate.emission import accounts, packages
from migrate.emission.accounts import Group
from migrate.emitters import Sources
from migrate.model.facts import Package, Packages
from migrate.model.plan import Account, Workload

# Packages that have to be saved for a layer to be worth its own copy of the package manager's books.
_WORTH = 3
# No inventory tells sizes: what these count for, in usual packages of a few hundred kilobytes.
_HEAVY = (
    (re.compile(r"libllvm.*|openjdk-.*|java-.*-openjdk.*|libnode\d+|nodejs|mono-.*|libwebkit.*"), 200),
    (re.compile(r"libicu\d+|libicu|perl-modules.*|libperl.*|libz3-.*|libpython3.*|python3.*-minimal|ruby\d.*"), 50),
)
# Needed while the image is made only, and emptied then: of no use in a layer below.
_EMPTIED = frozenset(("locales", "libc-l10n", "glibc-locale-source"))
_ORDINARY = 1000  # the first id that no package's script gives


@dataclass(frozen=True, slots=True)
class Step:
    """One layer of packages.

    :ivar asked: (name, version on the host).
    :ivar pins: the same of all that comes along, for dpkg.
    :ivar shared: the workloads whose images have the same layer; empty for the image's own.
    :ivar users: accounts that have to be there before the packages, likewise ``groups``.
    """

    asked: tuple[tuple[str, str | None], ...]
    pins: tuple[tuple[str, str], ...] = ()
    shared: tuple[str, ...] = ()
    users: tuple[Account, ...] = ()
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class _Image:
    """:ivar needs: the packages that come with those asked for, as far as the base has not got them."""

    workload: Workload
    asked: Mapping[str, str | None]
    needs: frozenset[str]


def steps(sources: Sources, workloads: Iterable[Workload]) -> Mapping[str, tuple[Step, ...]]:
    """By workload: the layers that it shares with others, the widest first, then its own."""
    alike: dict[tuple[str, str, str], list[Workload]] = defaultdict(list)
    for workload in workloads:
        alike[workload.host, workload.base.image, workload.base.family].append(workload)
    found = {}
    for (host, _, family), several in alike.items():
        known = {one.name: one for one in sources.snapshots[host].inventory.get(Packages).packages}
        base = frozenset(one.name for one in packages.closure(known.values(), _essential(known.values())))
        images = [_image(sources, workload, known, base) for workload in several]
        common: dict[str, list[Step]] = {one.workload.name: [] for one in images}
        # A foreign architecture has to be known before the first layer: such an image goes its own way.
        _share([one for one in images if not packages.architectures(one.asked)], frozenset(), known, common)
        for image in images:
            shared = _with_accounts(sources, images, common[image.workload.name])
            own = _own(sources, image, shared, known)
            # Versions of the host's distribution say nothing on another one.
            pinned = family == "dpkg" and image.workload.base.choice != "upstream"
            found[image.workload.name] = tuple(_pinned(one, known) if pinned else one for one in (*shared, own))
    return found


def _essential(known: Iterable[Package]) -> set[str]:
    """What every base has: the package manager itself, too."""
    return {one.name for one in known if one.essential or one.name == "apt"}


def _image(sources: Sources, workload: Workload, known: Mapping[str, Package], base: frozenset[str]) -> _Image:
    asked = dict(packages.wanted(sources, workload))
    return _Image(workload, asked, _needs(known.values(), asked) - (base - asked.keys()) - _EMPTIED)


def _needs(known: Iterable[Package], names: Iterable[str]) -> frozenset[str]:
    """What has to be installed for these, themselves included."""
    plain = {name.partition(":")[0] for name in names}
    return frozenset(one.name for one in packages.closure(known, plain, sparing=True))


def _share(
    images: list[_Image], there: frozenset[str], known: Mapping[str, Package], common: Mapping[str, list[Step]]
) -> None:
    """Add to ``common`` what groups of the images share beyond what is ``there``."""
    rest = images
    while len(rest) > 1:
        group, names = _best(rest, there)
        if not group:
            return
        asked = _roots(names, group, known)
        step = Step(asked, shared=tuple(sorted(one.workload.name for one in group)))
        for one in group:
            common[one.workload.name].append(step)
        _share(group, there | names, known, common)
        rest = [one for one in rest if one not in group]


def _best(images: list[_Image], there: frozenset[str]) -> tuple[list[_Image], frozenset[str]]:
    """The group that saves most packages by a layer of its own; all of the images where they have enough in common."""
    everybody = frozenset.intersection(*(one.needs for one in images)) - there
    if _weight(everybody) >= _WORTH:
        return images, everybody
    groups = {frozenset(n for n, one in enumerate(images) if name in one.needs) for name in _names(images) - there}
    choices = []
    for members in groups:
        if len(members) > 1:
            names = frozenset.intersection(*(images[n].needs for n in members)) - there
            choices.append((_weight(names) * (len(members) - 1), sorted(members), names))
    saved, chosen, names = max(choices, key=lambda one: (one[0], one[1]), default=(0, [], frozenset()))
    return ([images[n] for n in chosen], names) if saved >= _WORTH else ([], frozenset())


def _weight(names: Iterable[str]) -> int:
    return sum(next((heavy for pattern, heavy in _HEAVY if pattern.fullmatch(name)), 1) for name in names)


def _names(images: Iterable[_Image]) -> frozenset[str]:
    return frozenset(name for one in images for name in one.needs)


def _roots(
    names: frozenset[str], group: Iterable[_Image], known: Mapping[str, Package]
) -> tuple[tuple[str, str | None], ...]:
    """The packages to ask for by name: all others come along."""
    versions: dict[str, str | None] = {name: known[name].version for name in names}
    versions |= {name: version for one in group for name, version in one.asked.items() if name in names}
    needed = {name: _needs((known[one] for one in names), {name}) - {name} for name in names}
    brought = frozenset().union(*needed.values())
    asked = set(names - brought)
    for name in sorted(brought):  # a circle of packages that need each other has no root
        if not any(name in needed[root] for root in asked):
            asked.add(name)
    return tuple((name, versions[name]) for name in sorted(asked))


def _own(sources: Sources, image: _Image, shared: Iterable[Step], known: Mapping[str, Package]) -> Step:
    there = _needs(known.values(), (name for step in shared for name, _ in step.asked))
    asked = tuple((name, version) for name, version in sorted(image.asked.items()) if name not in there)
    made = {_entry(user) for step in shared for user in step.users}
    grouped = {group for step in shared for group in step.groups}
    users = tuple(one for one in accounts.users(image.workload) if _entry(one) not in made)
    groups = tuple(one for one in accounts.groups(sources, image.workload) if one not in grouped)
    return Step(asked, users=users, groups=groups)


def _entry(user: Account) -> tuple[str, int, int, str, str, str]:
    return user.name, user.uid, user.gid, user.gecos, user.home, user.shell


def _with_accounts(sources: Sources, images: Iterable[_Image], shared: list[Step]) -> list[Step]:
    """The first layer begins with the system users of all who have it: scripts of packages then take these over."""
    if not shared:
        return []
    workloads = [one.workload for one in images if one.workload.name in shared[0].shared]
    users = {one.name: one for workload in workloads for one in accounts.users(workload) if one.uid < _ORDINARY}
    groups: dict[str, Group] = {}
    for one in (group for workload in workloads for group in accounts.groups(sources, workload)):
        if one.gid < _ORDINARY:
            before = groups.get(one.name, replace(one, members=()))
            members = {*before.members, *(name for name in one.members if name in users)}
            groups[one.name] = replace(one, members=tuple(sorted(members)))
    ordered = sorted(users.values(), key=lambda one: (one.uid, one.name))
    made = sorted(groups.values(), key=lambda one: (one.gid, one.name))
    return [replace(shared[0], users=tuple(ordered), groups=tuple(made)), *shared[1:]]


def _pinned(step: Step, known: Mapping[str, Package]) -> Step:
    return replace(step, pins=packages.pins(known.values(), (name for name, _ in step.asked)))
