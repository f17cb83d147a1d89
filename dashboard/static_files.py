"""Which files of the libraries are served: the built ones, not those for their developers."""

from __future__ import annotations

from django.contrib.staticfiles.apps import StaticFilesConfig


class StaticFiles(StaticFilesConfig):
    ignore_patterns = (*StaticFilesConfig.ignore_patterns, "*.development.*", "*.mjs", "*.d.ts")
