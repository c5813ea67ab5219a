"""An XLSForm that somebody gives for a draft's further items: what the sheets shall say then."""

import hashlib
from dataclasses import dataclass, replace

from survey.scheme.county import CountyFolder
from survey.scheme.workbook.sheets import BY_NAME, QUESTIONNAIRE, SHEETS, Sheets
from survey.scheme.workbook.writing import sheets_of
from survey.scheme.xlsform.reading import read_xlsform

ITEMS = BY_NAME["不计分题"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsForm:
    """The file as it was given."""

    content: bytes
    file: str

    @property
    def files(self) -> dict[str, str]:
        """The file's name and SHA-256, for the record."""
        return {self.file: hashlib.sha256(self.content).hexdigest()}

    def sheets(self, county: CountyFolder) -> Sheets:
        """Return the sheets of the questionnaire with these items; raises Refused."""
        asked = read_xlsform(self.content, self.file, county.questionnaire)
        filled = sheets_of(replace(county, questionnaire=asked))
        return {sheet.name: filled[sheet.name] for sheet in SHEETS if sheet.file == QUESTIONNAIRE}
