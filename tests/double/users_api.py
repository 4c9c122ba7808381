"""Who is there, and which version answers."""

from __future__ import annotations

from double.answers import VERSION, Answer, Request, Routes
from double.shapes import user_json


def _version(request: Request) -> Answer:
    return Answer(
        200,
        {
            "release": VERSION,
            "label-studio-os-package": {
                "version": VERSION,
                "short_version": "1.23",
                "latest_version_from_pypi": None,
                "latest_version_upload_time": None,
                "current_version_is_outdated": False,
            },
            "edition": "Community",
        },
    )


def _users(request: Request) -> Answer:
    return Answer(200, [user_json(user) for user in request.state.users.values()])


def _delete(request: Request, number: int) -> Answer:
    """Delete a user: their annotations stay, without an author."""
    user = request.find("users", "User", number)
    for annotation in request.state.annotations.values():
        if annotation.completed_by == user.id:
            annotation.completed_by = None
        if annotation.updated_by == user.id:
            annotation.updated_by = None
    for task in request.state.tasks.values():
        task.locks.pop(user.id, None)
        if task.updated_by == user.id:
            task.updated_by = None
    for draft in [d for d in request.state.drafts.values() if d.user == user.id]:
        request.state.drop_draft(draft)
    del request.state.users[user.id]
    return Answer(204)


def _invite(request: Request) -> Answer:
    token = request.studio.owner.token
    return Answer(200, {"token": token, "invite_url": f"/user/signup/?token={token}"})


ROUTES: Routes = [
    ("GET", r"/api/version/?", _version),
    ("GET", r"/api/users/?", _users),
    ("DELETE", r"/api/users/(\d+)/?", _delete),
    ("GET", r"/api/invite", _invite),
]
