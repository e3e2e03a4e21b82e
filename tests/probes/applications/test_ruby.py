from __future__ import annotations

from migrate.model.applications import Component, Resource
from tests.probes.applications import found, host, process

LOCK = "GEM\n  remote: https://rubygems.org/\n  specs:\n    puma (5.6.5)\n      nio4r (~> 2.0)\n    rails (6.1.7)\n"
DATABASE = (
    "default: &default\n  adapter: mysql2\n  host: db02\nproduction:\n  <<: *default\n  database: shop\n  username: s\n"
    "  password: Geheim12\ntest:\n  database: no\n"
)
TEXTS = {
    "/srv/shop/Gemfile.lock": LOCK,
    "/srv/shop/config.ru": "run Rails.application\n",
    "/srv/shop/config/database.yml": DATABASE,
    "/srv/shop/config/puma.rb": "workers 2\n",
}
RUBY = {"exe": "/usr/bin/ruby2.7", "cwd": "/srv/shop"}


def test_a_server_and_the_application_in_its_folder() -> None:
    puma = process(
        10,
        "puma 5.6.5 (tcp://0.0.0.0:3000) [shop]",
        name="puma 5.6.5 (tcp",
        environment=(("RAILS_ENV", "production"),),
        **RUBY,
    )
    server, one = found(host(puma, texts=TEXTS, packages={"/usr/bin/ruby2.7": ("ruby2.7", "2.7.4-1")}))
    assert (server.kind, server.version, server.runtime) == ("puma", "5.6.5", "ruby 2.7.4")
    assert server.configuration == ("/srv/shop/config/puma.rb",)
    assert (one.kind, one.version, one.home, one.within) == ("rails", "6.1.7", "/srv/shop", "puma")
    assert one.components == (
        Component("rails", "6.1.7", "/srv/shop/Gemfile.lock", "framework"),
        Component("puma", "5.6.5", "/srv/shop/Gemfile.lock", "framework"),
    )
    assert one.resources == (
        Resource("database", "database", "mysql://db02/shop", "s", "/srv/shop/config/database.yml:6"),
    )


def test_redmine_below_passenger_in_apache() -> None:
    texts = {
        "/etc/httpd/conf/httpd.conf": (
            "Listen 80\n<VirtualHost *:80>\nServerName r.example.org\nDocumentRoot /srv/shop/public\n</VirtualHost>\n"
        ),
        "/srv/shop/lib/redmine/version.rb": "MAJOR = 4\nMINOR = 2\nTINY  = 3\n",
        **TEXTS,
    }
    (one,) = found(host(process(10, "/usr/sbin/httpd"), texts=texts), "redmine")
    assert (one.version, one.within, one.paths) == ("4.2.3", "apache", ("/",))


def test_workers_are_queues() -> None:
    (one,) = found(host(process(10, "sidekiq 6.5.1 shop [0 of 5 busy]", name="sidekiq 6.5.1 s", **RUBY)))
    assert (one.kind, one.role, one.version) == ("sidekiq", "queue", "6.5.1")
