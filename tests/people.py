"""More annotators on a real Label Studio: they join by its invite link, as people do."""

import re
import secrets

import httpx

from annotate.studio.client import StudioClient


def join(site, name):
    """Sign somebody up through the invite link; return a client that acts as them."""
    url = site.client.url
    link = site.client.invite_link()
    email = f"{name}-{secrets.token_hex(4)}@example.org"
    with httpx.Client(base_url=url, follow_redirects=True) as browser:
        form = browser.get(link)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)[1]
        browser.post(
            str(form.url),
            data={"csrfmiddlewaretoken": token, "email": email, "password": secrets.token_hex(8)},
            headers={"Referer": str(form.url)},
        ).raise_for_status()
        key = browser.get("/api/current-user/token").json()["token"]
    client = StudioClient(url, key)
    client.email = email
    return client


def next_task(site, client, body=None):
    """Return what the labelling stream gives next; an empty body is "Label All Tasks"."""
    project = site.project().project_id
    return client.request(
        "POST",
        "api/dm/actions/",
        params={"id": "next_task", "project": project},
        json=body or {},
    )
