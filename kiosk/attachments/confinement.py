"""What the worker gives up before it looks at a stranger's bytes. Runs in the worker process alone.

What holds where:

    Linux     processor time, memory, no file can be written, no core file, no further process (but for root; as many
              as a decoder needs threads, which the system counts alike, and on Linux before 5.14 any number then). No
              network: a name space of its own with no interface in it; where the system forbids that (some
              distributions do, but for root), the process may open nothing any more, neither a socket nor a file.
    macOS     the same without the name space; the system does not keep the limit on memory.
    Windows   a job object: processor time, memory, no further process. Files and network are NOT taken away there;
              nothing that this process imports opens a connection.

Everywhere the parent's clock ends the process.
"""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from kiosk.attachments.job_object import enter_job

    def leave_network() -> bool:
        """Return False: Windows has no way for a plain process to give the network up."""
        return False

    def confine(cpu_seconds: int, memory_bytes: int, *, offline: bool, threads: int = 0) -> None:
        """Put this process into a job with the limits; ``offline`` and ``threads`` make no difference here."""
        del offline, threads
        enter_job(cpu_seconds, memory_bytes)
else:
    import ctypes
    import resource
    import threading
    from contextlib import suppress

    _NEW_USER, _NEW_NETWORK = 0x1000_0000, 0x4000_0000

    def leave_network() -> bool:
        """Move this process where there is no network and say whether that worked; only before any thread starts."""
        if not sys.platform.startswith("linux"):
            return False
        # os.unshare is there from Python 3.12 on.
        return ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NETWORK) == 0

    def confine(cpu_seconds: int, memory_bytes: int, *, offline: bool, threads: int = 0) -> None:
        """Set the limits, which nothing in this process can lift again.

        Args:
            cpu_seconds: processor time from the start of the process.
            memory_bytes: address space.
            offline: ``leave_network`` worked; otherwise nothing may be opened any more.
            threads: how many further threads the libraries need (HEIC's decoder does not work without).
        """
        limits = {
            resource.RLIMIT_CPU: cpu_seconds,
            resource.RLIMIT_AS: memory_bytes,
            resource.RLIMIT_FSIZE: 0,
            resource.RLIMIT_CORE: 0,
        }
        processes = _most_processes(threads, offline=offline)
        if processes is not None:
            limits[resource.RLIMIT_NPROC] = processes
        if not offline:
            limits[resource.RLIMIT_NOFILE] = 0
        for what, most in limits.items():
            _, hard = resource.getrlimit(what)
            least = most if hard == resource.RLIM_INFINITY else min(most, hard)
            # macOS refuses some; the others hold.
            with suppress(ValueError, OSError):
                resource.setrlimit(what, (least, least))

    def _most_processes(threads: int, *, offline: bool) -> int | None:
        """Return the limit on processes, in which threads count.

        None where it would count every program of this person and leave no thread: outside of a name space of one's
        own, and on Linux before 5.14.
        """
        if threads == 0:
            return 0
        if not offline:
            return None
        soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
        most = 1 + threads if hard == resource.RLIM_INFINITY else min(1 + threads, hard)
        resource.setrlimit(resource.RLIMIT_NPROC, (most, hard))
        try:
            probe = threading.Thread(target=int)
            probe.start()
            probe.join()
        except RuntimeError:
            return None
        finally:
            resource.setrlimit(resource.RLIMIT_NPROC, (soft, hard))
        return most
