"""The base of every room's and app's configuration: models live in a package whose `__init__` imports nothing."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from django.apps import AppConfig


class App(AppConfig):
    """Imports each module of the `models` package, so that no `__init__` has to."""

    def import_models(self) -> None:
        super().import_models()
        package = self.models_module
        if package is None:
            return
        for found in pkgutil.iter_modules(getattr(package, "__path__", [])):
            import_module(f"{package.__name__}.{found.name}")
