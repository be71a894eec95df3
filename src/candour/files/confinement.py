"""What a process that reads uploads may not do: no network, no other programs, bounded memory, time and output.

Linux filters the system calls of the process (seccomp), so that even code smuggled in by a file has no network; other
systems, and Linux without seccomp, are left with Python's audit hook, which stops Python code alone.
"""

from __future__ import annotations

import ctypes
import platform
import resource
import struct
import sys

from candour.files.limits import Limits

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | 1  # the call fails with EPERM
_LOAD_WORD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_X32 = 0x40000000

# socket, connect, accept, sendto, bind, listen, socketpair, execve, execveat, ptrace, process_vm_readv, io_uring_setup
_REFUSED = {
    "x86_64": (0xC000003E, (41, 42, 43, 44, 49, 50, 53, 59, 322, 101, 310, 425)),
    "aarch64": (0xC00000B7, (198, 203, 202, 206, 200, 201, 199, 221, 281, 117, 270, 425)),
}

_REFUSED_EVENTS = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "ctypes.dlopen")


def confine(limits: Limits) -> bool:
    """Take away what reading a file does not need; cannot be undone. Says whether the kernel itself enforces it."""
    _bound(resource.RLIMIT_AS, limits.memory)
    _bound(resource.RLIMIT_CPU, limits.cpu)
    _bound(resource.RLIMIT_FSIZE, limits.output)
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_NOFILE, 128)
    filtered = _filter_calls()
    sys.addaudithook(_refuse)
    return filtered


def _bound(what: int, limit: int) -> None:
    _, hard = resource.getrlimit(what)
    bound = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(what, (bound, bound))


def _refuse(event: str, _arguments: object) -> None:
    if event.startswith(_REFUSED_EVENTS):
        raise PermissionError(f"a file that is being read may not cause {event}")


def _filter_calls() -> bool:
    known = _REFUSED.get(platform.machine())
    if not sys.platform.startswith("linux") or known is None:
        return False
    architecture, calls = known
    program = [_instruction(_LOAD_WORD, 0, 0, 4), _instruction(_JUMP_EQUAL, 1, 0, architecture)]
    program += [_instruction(_RETURN, 0, 0, _REFUSE), _instruction(_LOAD_WORD, 0, 0, 0)]
    program += [_instruction(_JUMP_AT_LEAST, 0, 1, _X32), _instruction(_RETURN, 0, 0, _REFUSE)]
    for call in calls:
        program += [_instruction(_JUMP_EQUAL, 0, 1, call), _instruction(_RETURN, 0, 0, _REFUSE)]
    program.append(_instruction(_RETURN, 0, 0, _ALLOW))
    code = b"".join(program)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.create_string_buffer(header), 0, 0) == 0)


def _instruction(code: int, if_true: int, if_false: int, operand: int) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, operand)
