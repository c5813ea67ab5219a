"""`survey witness`: needs no database and nothing of the office but its public key."""

import sys
from collections.abc import Sequence
from pathlib import Path
from time import sleep
from typing import TextIO

import click
import qrcode

from survey.clock import now
from survey.ledger.notes.note import LOG, read_key
from survey.problems import Refused
from survey.witness.folder import make_witness, open_witness
from survey.witness.folder import trust as trust_key
from survey.witness.judging import Given, answer
from survey.witness.serving import WitnessServer
from survey.witness.watching import keep_for_office, look

_FOLDER = click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))


@click.group()
def witness() -> None:
    """See ledgers grow, on a machine that is not the office's, and cosign what only grew.

    Example: survey witness init D:/见证 --name 安澜县统计局
    """


@witness.command()
@_FOLDER
@click.option("--name", required=True, help="Who the witness is: no blanks, no plus.")
def init(folder: Path, *, name: str) -> None:
    """Make the folder of a new witness and print its public key, for the office's scheme.

    Example: survey witness init D:/见证 --name 安澜县统计局
    """
    made = make_witness(folder, name=name)
    click.echo(made.public.text)
    click.echo("请把上面一行公钥交给评议办，写进方案 / give the office this key", err=True)


@witness.command()
@_FOLDER
@click.argument("key")
def trust(folder: Path, key: str) -> None:
    """Sign for the ledger of KEY from now on; take KEY from paper, as the office prints it.

    Example: survey witness trust D:/见证 'gongping/3f…/ANLAN-2026-GZPY+1a2b3c4d+AX…'
    """
    seen = trust_key(open_witness(folder), read_key(key, kind=LOG))
    click.echo(f"{seen.origin} {seen.size}")


@witness.command("list")
@_FOLDER
def listed(folder: Path) -> None:
    """List the ledgers that are trusted, and the size of each that was last cosigned.

    Example: survey witness list D:/见证
    """
    opened = open_witness(folder)
    click.echo(opened.public.text)
    for seen in opened.all_seen():
        click.echo(f"{seen.origin} {seen.size}")


@witness.command()
@_FOLDER
@click.argument("files", nargs=-1, required=True, type=click.File("r", encoding="utf-8"))
@click.option("--qr", is_flag=True, help="Show the cosignature as a QR code, to be scanned.")
def cosign(folder: Path, files: Sequence[TextIO], *, qr: bool) -> None:
    """Cosign what FILEs ask for, as the office made them (- reads what a scanner types).

    The answer lies in DIR/cosigned: take it back to the office.

    Example: survey witness cosign D:/见证 E:/request.txt
    """
    opened = open_witness(folder)
    for file in files:
        given = answer(opened, file.read(), at=now(), by_hand=True)
        _tell(given)
        click.echo(f"→ {keep_for_office(opened, given)}")
        if qr:
            _show(given.line.text)


@witness.command()
@_FOLDER
@click.argument("url")
@click.option("--every", type=click.IntRange(min=1), help="Look again after so many seconds.")
def watch(folder: Path, url: str, *, every: int | None) -> None:
    """Ask the office at URL how its ledgers grew, and cosign each; once, or again and again.

    Example: survey witness watch D:/见证 http://10.0.0.5:8000 --every 3600
    """
    opened = open_witness(folder)
    while True:
        refused: list[Refused] = []
        for seen in opened.all_seen():
            try:
                given = look(opened, seen, office=url, at=now())
            except Refused as one:
                refused.append(one)
                click.echo(f"{seen.origin}\n{one}", err=True)
            else:
                _tell(given) if given else click.echo(f"{seen.origin} {seen.size} =")
        if every is None:
            sys.exit(1 if refused else 0)
        sleep(every)


@witness.command()
@_FOLDER
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8400, show_default=True, type=click.IntRange(0, 65535))
def serve(folder: Path, *, host: str, port: int) -> None:
    """Answer offices over HTTP (c2sp.org/tlog-witness).

    Example: survey witness serve D:/见证 --host 10.0.0.7
    """
    with WitnessServer(open_witness(folder), host=host, port=port, clock=now) as server:
        click.echo(f"http://{host}:{server.server_port}/add-checkpoint", err=True)
        server.serve_forever()


def _tell(given: Given) -> None:
    stated = given.checkpoint
    click.echo(f"已签名 cosigned: {stated.origin} {stated.size} {stated.root.hex()}")


def _show(text: str) -> None:
    code = qrcode.QRCode(border=2)
    code.add_data(text)
    code.print_ascii(invert=True)
