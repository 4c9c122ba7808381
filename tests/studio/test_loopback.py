import importlib.util
import ipaddress
import re
from pathlib import Path

import pytest

from annotate.studio.loopback import BANNED_SUBNETS


def test_loopback_alone_is_opened():
    """127.0.0.1 may be called; private networks and metadata services may not."""
    networks = [ipaddress.ip_network(subnet) for subnet in BANNED_SUBNETS]

    def banned(address):
        return any(ipaddress.ip_address(address) in network for network in networks)

    assert not banned("127.0.0.1")
    assert all(map(banned, ("169.254.169.254", "10.1.2.3", "192.168.0.1", "::1", "fe80::1")))


def test_the_list_is_the_servers_own_but_for_loopback():
    """What the installed Label Studio bans by default is banned here, 127.0.0.0/8 excepted."""
    found = importlib.util.find_spec("label_studio")
    if found is None:
        pytest.skip("Label Studio is not installed")
    source = Path(found.origin).parent / "core" / "utils" / "io.py"
    listed = source.read_text().split("default_banned_subnets = [")[1].split("]")[0]
    assert {*BANNED_SUBNETS, "127.0.0.0/8"} == set(re.findall(r"'([^']+)',", listed))
