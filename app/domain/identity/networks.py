"""Networks in CIDR notation: what somebody typed, and whether an address lies within."""

from collections.abc import Sequence
from ipaddress import IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from app.errors import Rejected

MOST: Final = 20


def checked_networks(typed: str, *, field: str) -> list[str]:
    """Return the networks of a text, split by lines, spaces or commas; raise Rejected naming what is none."""
    found = list(dict.fromkeys(_network(one, field) for one in typed.replace(",", " ").split()))
    if len(found) > MOST:
        raise Rejected(f"{MOST} networks are the most.", field=field)
    return found


def lies_within(address: str, networks: Sequence[str]) -> bool:
    """Say whether an address lies in one of the networks; in no network at all means anywhere."""
    if not networks:
        return True
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in ip_network(one) for one in networks)


def _network(one: str, field: str) -> str:
    try:
        network = ip_network(one, strict=False)
    except ValueError as problem:
        raise Rejected(
            f"“{one}” is no network. Write it as 203.0.113.0/24, or one address as 203.0.113.7.", field=field
        ) from problem
    address = one.partition("/")[0]
    if str(network.network_address) != str(ip_address(address)):
        raise Rejected(f"“{one}” begins at {network}. Write that, if you mean it.", field=field)
    if isinstance(network, IPv6Network) and network.network_address.ipv4_mapped:
        raise Rejected(f"“{one}” is an IPv4 network in disguise. Write it as 203.0.113.0/24.", field=field)
    if network.prefixlen == 0:
        raise Rejected("That is everywhere: leave the field empty if you mean it.", field=field)
    return str(network)
