"""Tabs of Label Studio's Data Manager (views): the order in which it shows tasks and gives them.

"Label Tasks As Displayed" follows the tab's ordering; "Label All Tasks" goes by task id, whatever
the tab shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from annotate.studio.client import StudioClient


def set_tab(
    client: StudioClient,
    project_id: int,
    title: str,
    *,
    ordering: str,
    filters: Sequence[Mapping[str, Any]] = (),
) -> int:
    """Make the tab of that title, or change its ordering and filters; return its id.

    Columns that people arranged in it stay as they are.
    """
    data: dict[str, Any] = {
        "title": title,
        "type": "list",
        "target": "tasks",
        "ordering": [ordering],
        "filters": {"conjunction": "and", "items": [dict(item) for item in filters]},
    }
    body = {"project": project_id, "data": data}
    views = client.request(
        "GET",
        "api/dm/views/",
        params={"project": project_id},
        read=lambda answer: [(int(view["id"]), dict(view.get("data") or {})) for view in answer],
    )
    for view_id, held in views:
        if held.get("title") == title:
            body["data"] = {**held, **data}
            client.request("PATCH", f"api/dm/views/{view_id}/", json=body)
            return view_id
    return client.request("POST", "api/dm/views/", json=body, read=lambda answer: int(answer["id"]))
