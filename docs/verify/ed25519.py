"""Ed25519 (RFC 8032) in plain Python, to check signatures by; verify.py needs it beside it."""

import functools
import hashlib

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(p, q):  # on the curve of Ed25519 (RFC 8032, 5.1)
    d = D * p[0] * q[0] * p[1] * q[1]
    x, y = p[0] * q[1] + p[1] * q[0], p[1] * q[1] + p[0] * q[0]
    return x * pow(1 + d, -1, P) % P, y * pow(1 - d, -1, P) % P


def times(n, p):
    half = times(n >> 1, add(p, p)) if n else (0, 1)
    return add(half, p) if n & 1 else half


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    if len(data) != 32 or y >= P or x * x % P != square or (not x and sign):
        raise ValueError("not a point")
    return (P - x if x & 1 != sign else x), y


@functools.lru_cache(maxsize=4096)
def signed(key, message, signature):
    a, s = point(key), int.from_bytes(signature[32:], "little")
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x, y = add(times(s, base), times(h, (P - a[0], a[1])))
    return s < L and (y | (x & 1) << 255).to_bytes(32, "little") + signature[32:64] == signature
