"""A receipt comes back: the sender notes which parcels the receiving side has."""

from __future__ import annotations

from sqlalchemy.orm import Session

from survey import audit
from survey.airgap.receipts import read_receipt
from survey.airgap.series import Sent, read_sent
from survey.clock import Clock
from survey.problems import Refused


def note_receipt(
    session: Session, *, content: bytes, file: str, key: str, by: str, clock: Clock
) -> tuple[Sent, bool]:
    """Put a receipt on record; returns its parcel and whether it was new.

    It stands for every parcel of the series up to its own, which are taken in their order alone.

    Raises Refused where it is no receipt, of a parcel that was never sent, or of another content.
    """
    returned = read_receipt(content, file=file, key=key)
    sent = _parcel_of(read_sent(session), returned.series, returned.number, file)
    if sent.digest != returned.parcel:
        raise Refused.of(
            file=file,
            zh=f"警告：接收方收到的第 {sent.number} 号与本方发出的内容不同。"
            "请保留回执，立即与接收方核对",
            en=f"ALARM: the number {sent.number} that was received is not the one this side sent;"
            " keep the receipt and ask the receiving side at once",
        )
    if sent.receipt is not None:
        return sent, False
    audit.record(
        session,
        by=by,
        at=clock(),
        action="parcel.receipt",
        subject=sent.series,
        to=sent.to,
        number=sent.number,
        receiver=returned.receiver,
        received_at=returned.received_at,
        key_id=returned.key_id,
    )
    return _parcel_of(read_sent(session), returned.series, returned.number, file), True


def _parcel_of(sent: list[Sent], series: str, number: int, file: str) -> Sent:
    for each in sent:
        if (each.series, each.number) == (series, number):
            return each
    raise Refused.of(
        file=file,
        zh=f"本方没有发过 {series} 的第 {number} 号传递包；请核对是不是给别的单位的回执",
        en=f"this side never sent number {number} of {series}; is the receipt for somebody else?",
    )
