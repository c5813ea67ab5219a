"""What the statistics have to say, in words: one table, both languages, the same values in each.

A notice, an error, a finding carries a code and values; here is its sentence. Numbers are rounded
here and nowhere before. A new notice needs one line in ``notices``, a new error one in ``errors``;
``tests/wording`` walks the code and says which is missing.
"""

from survey.wording.earlier import stored_words
from survey.wording.names import CAMPAIGN_NAMES
from survey.wording.speaking import problem_of, say, spoken
from survey.wording.words import Names, Words

__all__ = ["CAMPAIGN_NAMES", "Names", "Words", "problem_of", "say", "spoken", "stored_words"]
