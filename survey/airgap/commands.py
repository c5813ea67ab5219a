"""`survey airgap`: parcels out to a folder, in from a folder, and their receipts back."""

import os
from collections import Counter
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from survey import audit
from survey.airgap.disk import read_plain
from survey.airgap.receiving import Receiver, Taken, receive
from survey.airgap.returning import note_receipt
from survey.airgap.sending import deliver, make_parcel
from survey.clock import now
from survey.problems import Refused
from survey.site.installation import open_site
from survey.verification.signature import public_key

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_WORDS = {
    "accepted": "已收下 accepted",
    "already": "以前已收到 was there already",
    "waiting": "等待前面的号 waits",
    "refused": "未收，已隔离 refused, in quarantine",
    "copying": "还在复制 still being copied",
}


@click.group()
def airgap() -> None:
    """Carry released scores to another network in one direction, by a folder or a stick.

    Example: survey airgap send /media/usb --to city
    """


@airgap.command("send")
@click.argument("folder", type=_FOLDER)
@click.option("--to", required=True, help="Short name of the receiving side, as `city`.")
@click.option("--by", default=audit.SYSTEM, help="The account that sends.")
def send(folder: Path, *, to: str, by: str) -> None:
    """Put the releases that a receiving side has not had yet into FOLDER, as a numbered parcel.

    Every parcel without a receipt is put there again, to the byte: a lost stick is made good by
    running this with another.

    Example: survey airgap send /media/usb --to city
    """
    with open_site(os.environ) as site:
        made = make_parcel(site, to=to, by=by)
        delivered = deliver(site, to=to, folder=folder)
    if made is None:
        click.echo("没有新的发布 / nothing was released since the last parcel", err=True)
    for each in delivered:
        was = "已在文件夹里 was there already" if each.was_there else "已写入 written"
        click.echo(f"{each.name}  sha256 {each.digest}  {was}")


@airgap.command("receive")
@click.argument("folder", type=_FOLDER)
@click.option(
    "--into",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="This side's own folder, one for each sender; made if there is none.",
)
@click.option("--key", required=True, help="The sender's public key (base64), from paper.")
@click.option("--name", default="", help="This side's name, for the receipts.")
@click.option("--sign-with", type=_FILE, help="This side's Ed25519 key (PEM), for the receipts.")
def receive_command(
    folder: Path, *, into: Path, key: str, name: str, sign_with: Path | None
) -> None:
    """Take the parcels of FOLDER in their order, without a database and without any network.

    FOLDER is only read. In the own folder: `accepted` has what was taken, `receipts` what is to be
    carried back, `waiting` what came before its turn, `quarantine` what was refused and why.

    Example: survey airgap receive /media/usb --into /data/anlan --key 'jVCrxaNO…'
    """
    receiver = Receiver(name=name, key=_signing_key(sign_with) if sign_with else None)
    taken = receive(folder, into=into, key=_sender(key), clock=now, receiver=receiver)
    for each in taken:
        number = "" if each.number is None else f"  {each.number}"
        click.echo(f"{each.file}{number}  {_WORDS[each.outcome]}")
        if each.problem is not None:
            click.echo(each.problem.both(), err=True)
    if not taken:
        click.echo("文件夹里没有传递包 / no parcel in the folder", err=True)
    if _not_taken(taken):
        raise click.exceptions.Exit(1)


@airgap.command("receipt")
@click.argument("file", type=_FILE)
@click.option("--key", default="", help="The receiving side's public key: then it must be signed.")
@click.option("--by", default=audit.SYSTEM, help="The account that brings it.")
def receipt(file: Path, *, key: str, by: str) -> None:
    """Note the receipt that the receiving side wrote, FILE; it stands for all parcels before it.

    Example: survey airgap receipt /media/usb/city-1f0c55e2-000003.receipt.json
    """
    content = read_plain(file)
    with open_site(os.environ) as site, site.database.writing() as session:
        sent, is_new = note_receipt(
            session, content=content, file=file.name, key=key, by=by, clock=site.clock
        )
    click.echo(f"{sent.name}  " + ("已登记 noted" if is_new else "以前已登记 was noted already"))
    if sent.receipt is not None and not sent.receipt.key_id:
        click.echo("回执没有签名 / the receipt is not signed", err=True)


def _not_taken(taken: list[Taken]) -> int:
    outcomes = Counter(each.outcome for each in taken)
    return outcomes["waiting"] + outcomes["refused"] + outcomes["copying"]


def _sender(key: str) -> Ed25519PublicKey:
    try:
        return public_key(key)
    except ValueError as error:
        raise Refused.of(
            field="--key",
            zh="不是公钥；请照发送方书面给出的（base64，44个字符）填写",
            en="is no public key; give the one the sender gave on paper (base64, 44 characters)",
        ) from error


def _signing_key(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise _no_signing_key(path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_signing_key(path)
    return key


def _no_signing_key(path: Path) -> Refused:
    return Refused.of(
        file=path.name,
        zh="不是没有口令的 Ed25519 私钥（PEM）",
        en="is no Ed25519 private key (PEM) without a passphrase",
    )
