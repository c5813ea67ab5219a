"""Random submissions of a questionnaire: many in order, the rest wrong in all ways there are."""

from random import Random
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from survey.forms.questionnaire import QuestionnaireForm
from survey.forms.sheet import Source
from survey.respond.quick.filling import Blank, each_once, given_in
from survey.respond.quick.ordinary import Ordinary
from tests.factories import FIELDWORK

SOURCE = Source(receipt=b"r" * 10, ticket=b"t" * 10, at=FIELDWORK, taken_ms=61_234, lang="zh")

_ODD = (
    "",
    " ",
    "0",
    "9",
    "-",
    "６",
    "４",
    "yes",
    "C1",
    "\x00",
    "\u202e路",
    "路灯\r\n不亮",
    "x" * 3000,
)
_STRANGE = ("q_C9", "q_", "Q_C1", "l_NONE", "comment.A01", "lang", "mode", "asked", "步骤")


def submission(form: QuestionnaireForm, draw: Random) -> list[tuple[str, str]]:
    """Return the pairs of a form as a browser, a clumsy script or an attacker sends them."""
    terse = draw.random() < 0.5  # most give nothing that nobody has to
    pairs = [
        pair
        for name, field in form._fields.items()
        if not terse or name not in {"reasons", "own_staff", "comment"}
        for pair in _answers(name, list(getattr(field, "choices", None) or ()), draw)
    ]
    for _again in range(draw.choice((0, 0, 0, 1, 1, 2))):
        place = draw.randrange(len(pairs))
        match draw.randrange(4):
            case 0:
                pairs.pop(place)
            case 1:
                pairs[place] = (pairs[place][0], draw.choice(_ODD))
            case 2:
                pairs.append((pairs[place][0], draw.choice(_ODD)))
            case _:
                pairs.append((draw.choice(_STRANGE), draw.choice(_ODD)))
    if draw.random() < 0.1:
        draw.shuffle(pairs)
    return pairs


def _answers(name: str, choices: list[str], draw: Random) -> list[tuple[str, str]]:
    if name in {"rate", "reasons"} or name == "l_WAYS":
        return [
            (name, value) for value in draw.sample(choices, draw.randint(0, min(3, len(choices))))
        ]
    if choices:
        return [(name, draw.choice(choices))]
    if name == "own_staff":
        return [(name, "y")] if draw.random() < 0.1 else []
    if name == "l_TIMES":
        return [(name, draw.choice(("1", "3", "12", "", "1.5", "３")))]
    return [(name, draw.choice(("", "", "路灯不亮", "Thanks")))]


def verdicts(
    form_class: type[QuestionnaireForm], blank: Blank, pairs: list[tuple[str, str]]
) -> tuple[object, object]:
    """Return all that is found of a submission by the framework's way and by the fast one."""
    given = given_in(urlencode(pairs).encode())
    assert given is not None, "a body that a browser makes is a usual one"
    slow, values = form_class(MultiDict(pairs)), MultiDict(pairs)
    fast = blank.filled(given)
    return _found(slow, slow.unknown_names(values)), _found(fast, fast.unknown_names(given))


def looked_up(ordinary: Ordinary, pairs: list[tuple[str, str]]) -> object:
    """Return what is read of a submission without its form; None where the form is to judge."""
    sent = each_once(urlencode(pairs).encode())
    if sent is None or not ordinary.is_in_order(sent):
        return None
    return ordinary.read(sent, SOURCE), sent.get("response_id", ""), sent.get("device", "")


def _found(form: QuestionnaireForm, unknown: list[str]) -> object:
    """Return verdict, messages and, where all is in order, the sheet and what came beside it."""
    barred = form.who_may_not()
    fine = form.validate()
    messages = {name: [str(said) for said in told] for name, told in form.errors.items()}
    data = {name: field.data for name, field in form._fields.items()}
    sheet = None
    if fine and not barred and not unknown:
        sheet = form.read(SOURCE), form.response_id.data or "", form.device.data or ""
    low = [field.name for field in form.low_items()]
    return barred, unknown, fine, messages, data, low, sheet
