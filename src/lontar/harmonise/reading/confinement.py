"""Limits that the reading child puts on itself before it opens a file: memory, time, no network."""

import ctypes
import os
import platform
import resource
import signal
import struct

from lontar.harmonise.reading.landing import Limits

_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_SECCOMP_RET_ALLOW, _SECCOMP_RET_ERRNO = 0x7FFF0000, 0x00050000
_EACCES = 13
_SECONDS_TO_DIE = 5
_SOCKET_CALL = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""Audit architecture and number of the system call socket(2)."""
_IO_URING_SETUP, _FOREIGN_CALLS = 425, 0x40000000
"""io_uring can open sockets too (one number everywhere); from this number on x86 has calls of its 32-bit kin."""


def confine(limits: Limits, parent: int = 0) -> str:
    """Limit this process for good, and let it end with its parent; returns how the network was taken away."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if parent not in (0, os.getppid()):  # it has ended already, and no signal will come
        os._exit(signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    last_seconds = (
        limits.seconds + _SECONDS_TO_DIE
    )  # at the hard limit comes SIGKILL, which could mean anything
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, last_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return _leave_network()


def _leave_network() -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    ways = []
    if libc.unshare(_CLONE_NEWNET) == 0:
        ways.append("namespace")
    if _forbid_sockets(libc):
        ways.append("seccomp")
    return "+".join(ways) or f"none ({os.strerror(ctypes.get_errno())})"


def _forbid_sockets(libc: ctypes.CDLL) -> bool:
    """Let socket(2) fail with EACCES, by a seccomp filter (kernel: seccomp_filter.rst)."""
    known = _SOCKET_CALL.get(platform.machine())
    if known is None:
        return False
    architecture, call = known
    program = b"".join(
        struct.pack("HBBI", *instruction)
        for instruction in (
            (0x20, 0, 0, 4),  # load the architecture
            (0x15, 0, 5, architecture),  # another one: refuse, whatever it is
            (0x20, 0, 0, 0),  # load the call's number
            (0x35, 3, 0, _FOREIGN_CALLS),  # as high as this: refuse
            (0x15, 2, 0, call),  # socket: refuse
            (0x15, 1, 0, _IO_URING_SETUP),  # a ring that opens sockets: refuse
            (0x06, 0, 0, _SECCOMP_RET_ALLOW),
            (0x06, 0, 0, _SECCOMP_RET_ERRNO | _EACCES),
        )
    )
    buffer = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_char_p(header), 0, 0) == 0)
