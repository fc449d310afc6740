"""Reads the certificates of the world's authorities once in a run, not for each of a thousand HTTP clients.

The portals of the tests are spoken to over loopback without TLS or by a context of the test's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Create = Callable[..., Any]

_made: dict[str, Any] = {}


def kept(create: Create) -> Create:
    """Return what takes the place of httpx's ``create_ssl_context``: always the same one where nothing is asked for.

    Args:
        create: httpx's own.
    """

    def create_ssl_context(verify: Any = True, cert: Any = None, trust_env: bool = True) -> Any:
        if verify is not True or cert is not None:
            return create(verify=verify, cert=cert, trust_env=trust_env)
        name = "of the environment" if trust_env else "built in"
        if name not in _made:
            _made[name] = create(verify=verify, cert=cert, trust_env=trust_env)
        return _made[name]

    return create_ssl_context
