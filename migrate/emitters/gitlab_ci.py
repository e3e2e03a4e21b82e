"""generated/.gitlab-ci.yml: a pipeline of GitLab that builds, scans and pushes each image."""

from __future__ import annotations

from migrate.emission.names import project
from migrate.emission.pipelines import MISSING, images
from migrate.emission.templates import render
from migrate.emitters import About, Emitter, Sources
from migrate.model.bundle import BundleFile

_HOW = """\
`.gitlab-ci.yml` builds every image beside the others with the registry as cache, scans it, and gives it the tag
`latest` (or the commit's tag) only then. The runner needs Docker in Docker; GitLab gives the jobs their registry's
credentials. Where the bundle is a folder of the repository, include the file from there and set `BUNDLE`."""


def emit(sources: Sources) -> tuple[BundleFile, ...]:
    text = render("ci/gitlab.yml.j2", project=project(sources), images=images(sources))
    return (BundleFile(".gitlab-ci.yml", text.encode()),)


def about(sources: Sources) -> About:  # noqa: ARG001 - it says the same of each
    return About("GitLab CI", _HOW, MISSING)


EMITTER = Emitter("gitlab-ci", emit, on_request=True, about=about)
