"""What lets the embedded Label Studio call a backend on its own machine, and nothing else.

Label Studio refuses to call addresses of private networks, loopback included (a protection against
server-side request forgery). The embedded server listens on loopback alone and its user can reach
loopback anyway: it may call 127.0.0.0/8. Everything else that Label Studio bans by default stays
banned, the addresses of cloud metadata services among them.
"""

from __future__ import annotations

BANNED_SUBNETS = (
    # Label Studio 1.23.2, core/utils/io.py, without 127.0.0.0/8
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
    *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "233.252.0.0/24", "240.0.0.0/4"),
    *("255.255.255.255/32", "::/128", "::1/128", "::ffff:0:0/96", "::ffff:0:0:0/96"),
    *("64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001:0000::/32", "2001:20::/28"),
    *("2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "ff00::/8"),
)

LOOPBACK_ALLOWED = {
    "USE_DEFAULT_BANNED_SUBNETS": "false",
    "USER_ADDITIONAL_BANNED_SUBNETS": ",".join(BANNED_SUBNETS),
}
"""Environment of the embedded server."""
