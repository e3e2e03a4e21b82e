from __future__ import annotations

from migrate.model.applications import Component, Resource
from tests.probes.applications import found, host, process

TEXTS = {
    "/srv/net/Shop.runtimeconfig.json": (
        '{"runtimeOptions": {"framework": {"name": "Microsoft.AspNetCore.App", "version": "6.0.0"}}}'
    ),
    "/srv/net/Shop.deps.json": '{"libraries": {"Shop/2.1.0": {"type": "project"}, "Npgsql/6.0.1": {}}}',
    "/srv/net/appsettings.json": '{\n"ConnectionStrings": {"Main": "Host=db;User Id=shop;Password=Geheim12!"}}',
}


def test_an_assembly_with_its_framework_and_connection_strings() -> None:
    (one,) = found(host(process(10, "/usr/bin/dotnet", "Shop.dll", cwd="/srv/net", unit="shop.service"), texts=TEXTS))
    assert (one.kind, one.name, one.version, one.runtime, one.home) == (
        "dotnet",
        "shop",
        "2.1.0",
        "dotnet 6.0.0",
        "/srv/net",
    )
    assert one.components == (Component("Microsoft.AspNetCore.App", "6.0.0", None, "framework"),)
    assert one.resources == (
        Resource("database", "Main", "Host=db;User Id=shop;Password=***", "shop", "/srv/net/appsettings.json:2"),
    )


def test_mono_with_a_program() -> None:
    (one,) = found(host(process(10, "/usr/bin/mono", "/opt/x/Server.exe", exe="/usr/bin/mono-sgen")))
    assert (one.kind, one.name, one.home) == ("mono", "Server", "/opt/x")
