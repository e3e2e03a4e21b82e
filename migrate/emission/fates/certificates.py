"""Certificates and keys move with what names them; who renews them is for a person to say."""

from __future__ import annotations

from migrate.emission.fates import ASK, CARRIED, DROPPED, Case, Entries, joined
from migrate.emission.tree import below
from migrate.model.certificates import Certificate, Certificates, Renewal


def certificates(case: Case) -> Entries:
    facts = case.snapshot.inventory.get(Certificates)
    for one in facts.certificates:
        place = f"{one.path}/{one.alias}" if one.alias else one.path
        yield case.entry(f"certificates:{place}/{one.position}", *_certificate(case, one))
    for key in facts.keys:
        yield case.entry(f"certificates:key/{key.path}", *_file(case, key.path))
    for store in facts.keystores:
        yield case.entry(f"certificates:keystore/{store.path}", *_file(case, store.path))
    for request in facts.requests:
        yield case.entry(f"certificates:request/{request.path}", *_file(case, request.path))
    for bundle in facts.bundles:
        yield case.entry(f"certificates:bundle/{bundle.path}", *_file(case, bundle.path))
    for renewal in facts.renewals:
        fact = f"certificates:renewal/{renewal.tool}/{','.join(renewal.names)}"
        yield case.entry(fact, *_renewal(case, renewal, facts.certificates))


def _file(case: Case, path: str) -> tuple[str, str, str]:
    places = [file for _, file in case.files.get(path, ())]
    if places:
        return CARRIED, joined(places), "its file, as it is"
    kept = [volume.name for one in case.workloads for volume in one.volumes if below(path, volume.path)]
    if kept:
        return CARRIED, joined([f"volume {name}" for name in kept]), "lies in state, which moves by migrate sync"
    return DROPPED, "", "no workload names it"


def _certificate(case: Case, one: Certificate) -> tuple[str, str, str]:
    fate = _file(case, one.path)
    if fate[0] == DROPPED and one.trusted and case.workloads:
        text = f"the system trusted this authority ({one.subject}): add it to the images that speak to its servers"
        return ASK, "", text
    return fate


def _renewal(case: Case, renewal: Renewal, known: tuple[Certificate, ...]) -> tuple[str, str, str]:
    names = set(renewal.names)
    mine = [one for one in known if one.renewed_by == renewal.tool and (names & set(one.names) or not names)]
    carried = [one.path for one in mine if _file(case, one.path)[0] == CARRIED]
    if carried:
        text = f"{renewal.tool} renewed {joined(carried)} here: say who does so for the containers"
        return ASK, joined(carried), text
    return DROPPED, "", "none of its certificates is carried"


FATES = {"certificates": certificates}
