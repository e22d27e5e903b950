"""Where the page listens.

Apart from :mod:`ui.commands.serve`, so that a taken port shows before Gradio is loaded.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass

from rag.errors import InputError


@dataclass(frozen=True, slots=True)
class Address:
    """Where the page is served."""

    host: str = "127.0.0.1"
    port: int = 7860


def require_free_port(address: Address) -> None:
    """Find a taken port before anything slow is loaded.

    :raises InputError: the port is taken, or the host is not this machine's.
    """
    try:
        family, kind, protocol, _, target = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(target)
    except socket.gaierror as error:
        raise InputError(
            f"{address.host} is not a host name or address of this machine: check --host."
        ) from error
    except PermissionError as error:
        raise InputError(
            f"port {address.port} needs rights you lack: choose one above 1023 with --port."
        ) from error
    except OSError as error:
        raise InputError(
            f"cannot listen on {address.host}:{address.port} ({error.strerror}): "
            f"choose another port, such as --port {_suggested(address.port)}, or check --host."
        ) from error


def _suggested(port: int) -> int:
    return port + 1 if port < 65535 else 7861
