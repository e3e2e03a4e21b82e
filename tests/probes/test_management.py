from __future__ import annotations

import pytest

from migrate.model.management import Management, Tool
from migrate.probes.management import PROBE
from tests.probes.samples import bare, section


def tools(files: dict[str, str], times: str = "") -> tuple[Tool, ...]:
    facts = PROBE.parse(section(files=bare(files), times=times)).facts
    assert isinstance(facts, Management)
    return facts.tools


# After Puppet's "Configuration: short list" and "State files", 3 (Ruby gems of RHEL 6) and 5 (AIO packages) alike.
def test_puppet_with_its_master_classes_resources_and_last_run() -> None:
    state = "/opt/puppetlabs/puppet/cache/state"
    (tool,) = tools(
        {
            "/etc/puppetlabs/puppet/puppet.conf": "server = puppet.corp\ncertname=web01.corp\nenvironment = test",
            f"{state}/classes.txt": "settings\nroles::web\nntp",
            f"{state}/resources.txt": "file[/etc/ntp.conf]\nservice[ntp]",
            f"{state}/last_run_summary.yaml": '  last_run: 1450000000\n  puppet: "5.5.22"',
        },
        f"1400000000 {state}/resources.txt",
    )
    assert tool == Tool(
        "puppet",
        "web01.corp",
        "puppet.corp",
        "test",
        ("ntp", "roles::web"),
        ("/etc/ntp.conf", "service[ntp]"),
        "5.5.22",
        1450000000.0,
        tool.seen,
    )
    assert len(tool.seen) == 4


# After the documentation of chef-client, Salt's minion, CFEngine 3, cloud-init, anaconda, Landscape and Spacewalk.
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {
                "/etc/chef/client.rb": 'chef_server_url  "https://chef/organizations/x"\nnode_name "web01"',
                "/etc/chef/first-boot.json": '{"run_list":["recipe[nginx]","role[web]"]}',
            },
            ("chef", "web01", "https://chef/organizations/x", ("recipe[nginx]", "role[web]")),
        ),
        (
            {
                "/etc/salt/minion": "master:\n  - s1\n  - s2",
                "/etc/salt/minion_id": "web01",
                "/etc/salt/grains": "roles:\n  - web",
            },
            ("salt", "web01", "s1, s2", ("web",)),
        ),
        ({"/var/cfengine/policy_server.dat": "10.0.0.9"}, ("cfengine", None, "10.0.0.9", ())),
        (
            {
                "/var/lib/cloud/data/result.json": '  "datasource": "DataSourceNoCloud [seed=/dev/sr0]",',
                "/var/lib/cloud/data/instance-id": "i-12",
            },
            ("cloud-init", "i-12", "DataSourceNoCloud [seed=/dev/sr0]", ()),
        ),
        (
            {"/root/anaconda-ks.cfg": '#version=RHEL7\nurl --url="http://u:pw@mirror/el7"'},
            ("kickstart", None, "http://***@mirror/el7", ()),
        ),
        (
            {"/etc/landscape/client.conf": "url = https://landscape.corp\ncomputer_title = web01\naccount_name = x"},
            ("landscape", "web01", "https://landscape.corp", ()),
        ),
        (
            {"/etc/sysconfig/rhn/up2date": "serverURL=https://sat/XMLRPC", "/etc/sysconfig/rhn/systemid": ""},
            ("rhn", None, "https://sat/XMLRPC", ()),
        ),
        ({"/root/.ansible": ""}, ("ansible", None, None, ())),
    ],
)
def test_a_tool_with_what_it_says(files: dict[str, str], expected: tuple[str, str, str, tuple[str, ...]]) -> None:
    (tool,) = tools(files)
    assert (tool.name, tool.node, tool.server, tool.roles) == expected


def test_what_a_package_brings_says_nothing() -> None:
    files = {"/etc/rhsm/rhsm.conf": "hostname = subscription.rhsm.redhat.com", "/etc/ansible/ansible.cfg": "",
             "/etc/puppet/puppet.conf": "[main]"}  # fmt: skip
    assert tools(files) == ()
    registered = tools(files | {"/etc/pki/consumer/cert.pem": ""})
    assert [(one.name, one.server) for one in registered] == [("subscription-manager", "subscription.rhsm.redhat.com")]
