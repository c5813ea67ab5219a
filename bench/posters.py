"""Posters against the bare typesetting of as many blank pages, in the same run; and of codes.

python -m bench.posters [POSTERS] [CODES]
"""

import sys
import tempfile
import time
from collections.abc import Callable

import numpy as np
import qrcode
import typst
import zxingcpp
from scipy.ndimage import gaussian_filter, zoom

from survey import codes
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.invitations.addressees import invited_to_rate
from survey.fieldwork.papers import poster_pdf, qr
from survey.fieldwork.papers.font import choose_font
from survey.fieldwork.papers.invitation_pdf import make_papers
from survey.fieldwork.papers.poster_pdf import Poster
from survey.model import Campaign
from survey.site.installation import Site, upgrade_site
from tests.factories import CODE, open_anlan

HOST = "pj.anlan.gov.cn"
BLURRED = ((1.0, 0.14), (1.5, 0.06))  # sigma in pixels of a 160 px picture, noise


def main(n: int, n_codes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = upgrade_site({"SURVEY_HOME": folder})
        open_anlan(site)
        with site.database.reading() as session:
            campaign = find_campaign(session, CODE)
            made = described(campaign, n)
            font = choose_font(site.settings)
            blank = median(lambda: typst.compile(b"#pagebreak()\n" * (n - 1), format="pdf"))
            print(f"{n} blank pages {blank:.2f} s")
            for size in poster_pdf.SIZES:
                seconds = median(
                    lambda size=size: poster_pdf.make_pdf(
                        campaign, made, size=size, font=font, host=HOST
                    )
                )
                print(f"{n} posters {size} {seconds:.2f} s, {seconds / blank:.1f} times blank")
            papers(site, campaign, n)
    for mask in (qr.MASK, None):
        seconds = median(lambda mask=mask: [matrix(url(i), mask) for i in range(100)]) / 100
        read = [readable(mask, n_codes, *blur) for blur in BLURRED]
        print(f"mask {mask}: {seconds * 1e3:.1f} ms a code, of {n_codes} blurred ones read {read}")


def papers(site: Site, campaign: Campaign, n: int) -> None:
    unit = campaign.units[0].unit
    invited = invited_to_rate(campaign, [unit], group_code="G2", channel="token_sms", lang="zh")
    issued = [codes.checked_code(codes.PERSONAL_LENGTH) for _ in range(n)]
    for paper in ("sheets", "letters"):
        seconds = median(
            lambda paper=paper: make_papers(
                issued,
                campaign=campaign,
                invited=invited,
                paper=paper,
                base_url=f"https://{HOST}",
                font=choose_font(site.settings),
            )
        )
        print(f"{n} codes on {paper} {seconds:.2f} s")


def described(campaign: Campaign, n: int) -> list[Poster]:
    units = [entry.unit for entry in campaign.units]
    return [
        Poster(
            unit_name=units[number % len(units)].name_zh,
            place="便民服务中心大厅",
            url=url(number),
            code=url(number).rsplit("/", 1)[1],
            number=f"A01-{number}",
            n_questions=8,
        )
        for number in range(n)
    ]


def url(number: int) -> str:
    body = codes.from_bytes((number * 7919).to_bytes(5, "big")).rjust(9, "7")
    return f"https://{HOST}/q/{body}{codes.ALPHABET[number % 32]}"


def matrix(text: str, mask: int | None) -> np.ndarray:
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_Q, border=4, mask_pattern=mask
    )
    code.add_data(text)
    code.make(fit=True)
    return np.array(code.get_matrix(), dtype=float)


def readable(mask: int | None, n: int, blur: float, noise: float) -> int:
    found = 0
    for number in range(n):
        shown = np.kron(1 - matrix(url(number), mask), np.ones((8, 8)))
        picture = gaussian_filter(zoom(shown, 160 / len(shown), order=1), blur)
        picture += np.random.default_rng(number).normal(0, noise, picture.shape)
        grey = (np.clip(picture, 0, 1) * 255).astype(np.uint8)
        found += any(code.text == url(number) for code in zxingcpp.read_barcodes(grey))
    return found


def median(run: Callable[[], object], times: int = 3) -> float:
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        run()
        spent.append(time.perf_counter() - begun)
    return sorted(spent)[times // 2]


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    main(*(words + [300, 400][len(words) :]))
