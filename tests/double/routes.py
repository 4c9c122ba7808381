"""Which handler answers which request."""

from __future__ import annotations

import re

from double import (
    backends_api,
    exports,
    imports_api,
    projects_api,
    stream_api,
    tasks_api,
    users_api,
    views_api,
    work_api,
)
from double.answers import Answer, Request, Routes

_MODULES = (
    users_api,
    projects_api,
    imports_api,
    tasks_api,
    work_api,
    views_api,
    stream_api,
    backends_api,
    exports,
)
_ROUTES: Routes = [route for module in _MODULES for route in module.ROUTES]


def handle(request: Request) -> Answer:
    """Answer a request; raises `Refusal`, and `NotImplementedError` for what the double lacks."""
    for method, pattern, handler in _ROUTES:
        found = re.fullmatch(pattern, request.path)
        if found and method == request.method:
            return handler(request, *map(int, found.groups()))
    raise NotImplementedError(f"the double does not know {request.method} {request.path}")
