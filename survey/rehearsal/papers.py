"""What a rehearsal leaves in the hand: posters and scores, marked as what they are."""

import io
import zipfile

from survey.exchange.document import FrozenDocument
from survey.exchange.files import FORMATS, file_name


def papers_of(posters: bytes, scores: FrozenDocument) -> bytes:
    """Return the posters and the workbook of scores in one archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("演练海报.pdf", posters)
        packed.writestr(f"演练得分-{file_name(scores, 'xlsx')}", FORMATS["xlsx"].write(scores))
    return out.getvalue()
