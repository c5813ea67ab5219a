"""Who asks: a bearer token that is open, has requests left, and may do this."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast

from flask import Response, g, request

from survey.api.asking import known_parameters
from survey.api.faults import ApiFault, fault
from survey.model import ReceiverToken
from survey.receivers.limiting import A_MINUTE, Allowance, count_use
from survey.receivers.tokens import Right, find_token, standing_of
from survey.web.request import site

Parameters = ParamSpec("Parameters")

_CHALLENGE = 'Bearer realm="gongping"'
_WHY = {
    "waiting": (
        "The token waits for a second official's word; remind the performance office.",
        "令牌尚待另一人确认，请提醒绩效办。",
    ),
    "expired": ("The token has expired; ask for another one.", "令牌已到期，请向绩效办另要一个。"),
    "revoked": ("The token was revoked; ask for another one.", "令牌已停用，请向绩效办另要一个。"),
}
_UNKNOWN = ("The token is not known here; compare it letter by letter.", "不认识这个令牌，请核对。")


def token_needed(
    right: Right | None = None, *, parameters: tuple[str, ...] = ()
) -> Callable[[Callable[Parameters, Response]], Callable[Parameters, Response]]:
    """Let those through who show a token with a right, if one is named; all others get a problem.

    Parameters of the address that are not named are refused.
    """

    def wrap(view: Callable[Parameters, Response]) -> Callable[Parameters, Response]:
        @wraps(view)
        def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Response:
            token = _shown_token()
            with site().database.writing() as session:
                g.allowance = count_use(session, token=token, at=site().clock())
            if g.allowance.over:
                raise _too_many(g.allowance)
            if right is not None and right not in token.rights:
                raise _out_of_scope(right)
            known_parameters(*parameters)
            g.receiver = token
            return view(*args, **kwargs)

        return guarded

    return wrap


def receiver() -> ReceiverToken:
    """Return the token of this request."""
    return cast(ReceiverToken, g.receiver)


def tell_allowance(response: Response) -> Response:
    """Say in the headers how many requests are left of this minute."""
    allowance: Allowance | None = g.get("allowance")
    if allowance is not None:
        response.headers["RateLimit-Limit"] = str(A_MINUTE)
        response.headers["RateLimit-Remaining"] = str(allowance.left)
        response.headers["RateLimit-Reset"] = str(allowance.seconds)
    return response


def _shown_token() -> ReceiverToken:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise fault(
            "no-token",
            en="Send the header `Authorization: Bearer …` with a token made in the office.",
            zh="请在请求头 Authorization: Bearer … 里带上绩效办在“接入系统”里建的令牌。",
            WWW_Authenticate=_CHALLENGE,
        )
    with site().database.reading() as session:
        token = find_token(session, secret=secret.strip())
    standing = "unknown" if token is None else standing_of(token, site().clock())
    if token is None or standing != "open":
        raise _invalid(*_WHY.get(standing, _UNKNOWN))
    return token


def _invalid(en: str, zh: str) -> ApiFault:
    return fault(
        "invalid-token",
        en=en,
        zh=zh,
        WWW_Authenticate=f'{_CHALLENGE}, error="invalid_token", error_description="{en}"',
    )


def _out_of_scope(right: Right) -> ApiFault:
    return fault(
        "out-of-scope",
        en=f"The token lacks the right `{right}`; the performance office makes one that has it.",
        zh=f"令牌没有 {right} 这项权限，请向绩效办另要一个。",
        WWW_Authenticate=f'{_CHALLENGE}, error="insufficient_scope", scope="{right}"',
    )


def _too_many(allowance: Allowance) -> ApiFault:
    return fault(
        "too-many",
        en=f"More than {A_MINUTE} requests in a minute; wait {allowance.seconds} seconds.",
        zh=f"一分钟内超过{A_MINUTE}次，请{allowance.seconds}秒后再试。",
        Retry_After=str(allowance.seconds),
    )
