"""Ports of this machine: which is free, and what answers on one."""

from __future__ import annotations

import socket

import httpx

from annotate.errors import ServerStartError

HOST = "127.0.0.1"

_PORTS_TRIED = 100


def free_port(wanted: int) -> int:
    """Return `wanted`, or the first port above it on which nothing listens.

    Label Studio itself would silently take the next one. Raises `ServerStartError`.
    """
    for port in range(wanted, min(wanted + _PORTS_TRIED, 65536)):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise ServerStartError(f"no free port from {wanted} to {wanted + _PORTS_TRIED - 1}")


def address_of(port: int) -> str:
    """Return the address of what listens on a port."""
    return f"http://{HOST}:{port}"


def is_healthy(port: int) -> bool:
    """Tell whether a Label Studio on that port says that it is well."""
    try:
        return httpx.get(f"{address_of(port)}/health", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def accepts_token(port: int, token: str) -> bool:
    """Tell whether the server on that port is the one whose token this is."""
    try:
        answer = httpx.get(
            f"{address_of(port)}/api/current-user/whoami",
            headers={"Authorization": f"Token {token}"},
            timeout=10,
        )
    except httpx.HTTPError:
        return False
    return answer.status_code == 200
