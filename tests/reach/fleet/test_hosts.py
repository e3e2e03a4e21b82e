"""Inventories of every form, read by the real Ansible."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from migrate.errors import EngineError, InputError
from migrate.model.target import Access
from migrate.reach.fleet.hosts import read, target
from migrate.reach.fleet.setup import Setup, environment, reaching


def hosts(path: Path, limit: str | None = None, vault: Path | None = None) -> list[tuple[str, str]]:
    found = read(Setup(str(path), Access(), str(vault) if vault else None), limit)
    return [(host.name, host.target) for host in found]


def test_an_ini_inventory_with_groups_and_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "hosts.ini"
    path.write_text("[web]\nweb[01:03] ansible_user=admin\n[db]\ndb01 ansible_host=10.0.0.9 ansible_port=2222\n")
    assert hosts(path)[2:] == [("web03", "admin@web03"), ("db01", "10.0.0.9:2222")]
    assert [name for name, _ in hosts(path, "web:!web02")] == ["web01", "web03"]


def test_a_folder_with_group_variables_and_a_vault(tmp_path: Path) -> None:
    place = tmp_path / "inventory"
    (place / "group_vars").mkdir(parents=True)
    (place / "hosts.yml").write_text("all: {hosts: {web01: }}\n")
    secret = place / "group_vars" / "all.yml"
    secret.write_text("ansible_user: deploy\nansible_become_password: hidden\n")
    (tmp_path / "vault").write_text("open\n")
    words = ("encrypt", "--vault-password-file", str(tmp_path / "vault"), str(secret))
    subprocess.run((str(Path(sys.executable).parent / "ansible-vault"), *words), check=True, capture_output=True)
    assert hosts(place, vault=tmp_path / "vault") == [("web01", "deploy@web01")]
    with pytest.raises(InputError, match=r"[Vv]ault") as caught:
        hosts(place)
    assert "--vault-password-file" in str(caught.value.hint)


def test_an_inventory_that_is_a_program(tmp_path: Path) -> None:
    path = tmp_path / "dynamic"
    path.write_text(
        '#!/bin/sh\necho \'{"all": {"hosts": ["a"]}, "_meta": {"hostvars": {"a": {"ansible_host": "::1"}}}}\'\n'
    )
    path.chmod(0o755)
    assert hosts(path) == [("a", "::1")]


@pytest.mark.parametrize("text", ["all: [", "", "all: {hosts: {}}"])
def test_what_holds_no_hosts_is_an_input_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "hosts.yml"
    path.write_text(text)
    with pytest.raises(InputError, match=r"hosts\.yml"):
        hosts(path)


def test_an_inventory_that_is_not_there_and_a_limit_that_means_nobody_are_input_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no inventory"):
        hosts(tmp_path / "none.yml")
    (tmp_path / "hosts.ini").write_text("web01\n")
    with pytest.raises(InputError):
        hosts(tmp_path / "hosts.ini", "web99")


@pytest.mark.parametrize(
    ("variables", "meant"),
    [
        ({}, "web01"),
        ({"ansible_host": "10.0.0.1", "ansible_user": "admin", "ansible_port": 22}, "admin@10.0.0.1"),
        ({"ansible_host": "2001:db8::1", "ansible_port": 2222}, "[2001:db8::1]:2222"),
        ({"ansible_ssh_host": "old", "ansible_ssh_user": "root", "ansible_ssh_port": "2022"}, "root@old:2022"),
        ({"ansible_connection": "local"}, "local"),
        ({"ansible_connection": "community.docker.docker", "ansible_host": "box"}, "docker:box"),
        ({"ansible_user": "{{ lookup('env', 'USER') }}", "ansible_host": {"__ansible_vault": "x"}}, "web01"),
    ],
)
def test_a_host_can_be_reached_again_without_ansible(variables: dict[str, object], meant: str) -> None:
    assert target("web01", variables) == meant


def test_ansible_gets_our_passwords_by_private_files_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIGRATE_SSH_PASSWORD", "for the login")
    monkeypatch.setenv("MIGRATE_SUDO_PASSWORD", "for sudo")
    setup = Setup("hosts.yml", Access(accept_new=True, jump="gate", identity=("/key",)))
    words = reaching(setup, tmp_path)
    assert "for " not in " ".join(words)
    assert words[words.index("--become-password-file") + 1] == str(tmp_path / "become")
    assert (tmp_path / "login").read_text() == "for the login\n"
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    assert not any(name.startswith("MIGRATE_") for name in environment(setup))
    assert "--ssh-extra-args=-o ProxyJump=gate -o StrictHostKeyChecking=accept-new" in words
    assert "--become" not in reaching(Setup("hosts.yml", Access(sudo=False)), tmp_path)


def test_the_configuration_beside_the_inventory_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANSIBLE_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    place = tmp_path / "there"
    place.mkdir()
    (place / "ansible.cfg").write_text("[defaults]\n")
    assert environment(Setup(str(place / "hosts.yml"), Access()))["ANSIBLE_CONFIG"] == str(place / "ansible.cfg")
    monkeypatch.setenv("ANSIBLE_CONFIG", "/mine")
    assert environment(Setup(str(place / "hosts.yml"), Access()))["ANSIBLE_CONFIG"] == "/mine"


def test_without_ansible_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hosts").write_text("web01\n")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match="need Ansible") as caught:
        hosts(tmp_path / "hosts")
    assert "pip install" in str(caught.value.hint)
