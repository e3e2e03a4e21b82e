"""generated/.github/workflows/images.yml: GitHub Actions that build, scan and push each image."""

from __future__ import annotations

from migrate.emission.names import project
from migrate.emission.pipelines import MISSING, images
from migrate.emission.templates import render
from migrate.emitters import About, Emitter, Sources
from migrate.model.bundle import BundleFile

_PATH = ".github/workflows/images.yml"
_HOW = """\
`.github/workflows/images.yml` builds every image beside the others, with BuildKit's cache, scans it, and pushes it with
its bill of materials; a pull request is built and scanned only. Actions are pinned by their commits. GitHub reads
workflows at the top of a repository: where that is the folder above, move the file there and set the variable `BUNDLE`
to `generated`. `REGISTRY` and `IMAGE_PREFIX` name another registry than GitHub's, the secrets `REGISTRY_USER` and
`REGISTRY_PASSWORD` who may push there."""


def emit(sources: Sources) -> tuple[BundleFile, ...]:
    text = render("ci/github.yml.j2", project=project(sources), images=images(sources))
    return (BundleFile(_PATH, text.encode()),)


def about(sources: Sources) -> About:  # noqa: ARG001 - it says the same of each
    return About("GitHub Actions", _HOW, MISSING)


EMITTER = Emitter("github-actions", emit, on_request=True, about=about)
