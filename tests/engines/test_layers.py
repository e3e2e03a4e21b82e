from __future__ import annotations

from migrate.engines.layers import Contents, Entry, Layer, lookup, searchable


def contents() -> Contents:
    base = Layer(
        100, {"/bin": Entry("link", target="usr/bin"), "/usr/bin/sh": Entry("file", 9), "/etc/a": Entry("file", 1)}
    )
    one = Layer(10, {"/srv/new": Entry("file", 10)}, removed=["/etc/a", "/srv/"])
    two = Layer(5, {"/srv/other": Entry("file", 5)})
    return Contents({"b": base, "1": one, "2": two}, {"one": ("b", "1"), "two": ("b", "2")})


def test_layers_that_images_share_are_counted_once() -> None:
    found = contents()
    assert (found.size("one"), found.own_size("one"), found.total()) == (110, 10, 115)


def test_removed_files_are_not_in_the_tree() -> None:
    assert set(contents().tree("one")) == {"/bin", "/usr/bin/sh", "/srv/new"}


def test_paths_through_links_are_found() -> None:
    tree = contents().tree("one")
    assert lookup(tree, "/bin/sh") == Entry("file", 9)
    assert lookup(tree, "/bin/absent") is None
    assert lookup({"/a": Entry("link", target="a")}, "/a/b") is None


def test_short_and_plain_values_are_not_searched() -> None:
    needles, unfit = searchable(
        {"word": "admin", "long": "correcthorse", "mixed": "aB3$xy", "key": "-----BEGIN\nAbCdEf99\n"}
    )
    assert set(needles) == {"long", "mixed", "key"}
    assert needles["key"] == b"AbCdEf99"
    assert unfit == ("word",)


def test_a_certificate_beside_its_key_is_no_secret() -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgk9\n-----END PRIVATE KEY-----\n"
    both = "-----BEGIN CERTIFICATE-----\nMIIDazCCAlOgAwIBAgIUabcdefg\n-----END CERTIFICATE-----\n" + key
    assert searchable({"site": both}) == ({"site": b"MIIEvQIBADANBgk9"}, ())
