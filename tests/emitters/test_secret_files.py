from __future__ import annotations

import yaml

from migrate.emitters.secret_files import emit
from migrate.model.bundle import BundleFile, Captured
from tests.emission.sample import HOST, shop, sources, text, workload


def test_files_have_the_owner_and_mode_that_the_container_expects() -> None:
    found = {file.path: file for file in emit(shop())}
    assert found["secrets/app/app-db-conf"] == BundleFile(
        "secrets/app/app-db-conf", Captured(HOST, "/etc/app/db.conf"), 0o640, (0, 1007), secret=True
    )
    assert found["secrets/app/environment"] == BundleFile(
        "secrets/app/environment", b'API_TOKEN="t\'o\\0042k\\$en \\0134"\n', 0o600, secret=True
    )


def test_every_variable_is_a_file_too_for_kustomize() -> None:
    found = {file.path: file for file in emit(shop())}
    assert found["secrets/app/variable-api_token-0"].data == b"t'o\"k$en \\"
    generators = yaml.safe_load(text(found, "secrets/kustomization.yaml"))["secretGenerator"]
    assert generators == [
        {
            "name": "app-secrets",
            "files": ["app-db-conf=app/app-db-conf", "variable-api_token-0=app/variable-api_token-0"],
        }
    ]


def test_git_never_sees_them() -> None:
    assert "/secrets/\n" in text({file.path: file for file in emit(shop())}, ".gitignore")


def test_nothing_is_made_where_there_is_no_secret() -> None:
    assert [file.path for file in emit(sources(workload()))] == [".gitignore"]
