"""Tabs of the Data Manager."""

from __future__ import annotations

from typing import Any

from double.answers import Answer, Request, Routes


def _list(request: Request) -> Answer:
    project = request.params.get("project")
    views = [
        view
        for view in request.state.views.values()
        if project is None or view["project"] == int(project)
    ]
    return Answer(200, views)


def _create(request: Request) -> Answer:
    body: dict[str, Any] = request.body
    request.project(body["project"])
    number = request.state.new_id("views")
    view = {
        "id": number,
        "data": body.get("data", {}),
        "order": 0,
        "user": request.user.id,
        "project": body["project"],
    }
    request.state.views[number] = view
    return Answer(201, view)


def _get(request: Request, number: int) -> Answer:
    return Answer(200, request.find("views", "View", number))


def _change(request: Request, number: int) -> Answer:
    """Replace the data; filters and ordering stay where they are not given."""
    view = request.find("views", "View", number)
    data = dict(request.body["data"])
    for name in ("filters", "ordering"):
        if not data.get(name) and name in view["data"]:
            data[name] = view["data"][name]
    view["data"] = data
    return Answer(200, view)


def _delete(request: Request, number: int) -> Answer:
    del request.state.views[request.find("views", "View", number)["id"]]
    return Answer(204)


ROUTES: Routes = [
    ("GET", r"/api/dm/views/?", _list),
    ("POST", r"/api/dm/views/?", _create),
    ("GET", r"/api/dm/views/(\d+)/?", _get),
    ("PATCH", r"/api/dm/views/(\d+)/?", _change),
    ("DELETE", r"/api/dm/views/(\d+)/?", _delete),
]
