"""Who might come in and become root. Containers have no logins; what an application itself needs is asked about."""

from __future__ import annotations

from migrate.emission.fates import ASK, DROPPED, Case, Entries
from migrate.model.access import Access, AuthorizedKey, SshSetting, SudoRule
from migrate.model.plan import Workload

_DELIVERIES = frozenset(("forcecommand", "chrootdirectory"))


def access(case: Case) -> Entries:
    facts = case.snapshot.inventory.get(Access)
    for rule in facts.sudo:
        yield case.entry(f"access:{rule.program}/{rule.seen}/{','.join(rule.users)}", *_rule(case, rule))
    for default in facts.sudo_defaults:
        yield case.entry(f"access:sudo-default/{default.seen}/{default.value}", DROPPED, "", "containers have no sudo")
    for key in facts.keys:
        fact = f"access:key/{key.user}/{key.fingerprint or key.seen}"
        yield case.entry(fact, *_key(case, key))
    forced = {one.match for one in facts.sshd if one.key.lower() == "forcecommand"}
    for setting in facts.sshd:
        # Once for each Match block.
        asked = setting.match and (setting.key.lower() == "forcecommand" or setting.match not in forced)
        fate = _delivery(setting) if asked else (DROPPED, "", "containers have no sshd")
        yield case.entry(f"access:sshd/{setting.seen}/{setting.key}", *fate)


def _owner(case: Case, user: str) -> Workload | None:
    """The workload that has this account and is no system's."""
    if user == "root":
        return None
    return next((one for one in case.workloads if any(account.name == user for account in one.accounts)), None)


def _rule(case: Case, rule: SudoRule) -> tuple[str, str, str]:
    for user in rule.users:
        if workload := _owner(case, user):
            what = ", ".join(rule.commands)[:200]
            return (
                ASK,
                workload.name,
                f"{workload.name} runs as {user}, which may {rule.program} {what}",
            )
    return DROPPED, "", "what people may do on the machine; who may do what in the platform is set there"


def _key(case: Case, key: AuthorizedKey) -> tuple[str, str, str]:
    workload = _owner(case, key.user)
    forced = next((option for option in key.options if option.lower().startswith("command=")), None)
    if workload:
        return ASK, workload.name, f"somebody comes in as {key.user} of {workload.name}: deliveries need a new way"
    if forced:
        return ASK, "", f"another machine calls {forced[8:]} here with this key: it needs a new way to do so"
    return DROPPED, "", "a login; containers have none"


def _delivery(setting: SshSetting) -> tuple[str, str, str]:
    if setting.key.lower() in _DELIVERIES and setting.value.lower() != "none":
        return ASK, "", f"{setting.match} comes in for {setting.value}: files may be delivered this way"
    return DROPPED, "", "containers have no sshd"


FATES = {"access": access}
