"""What is kept: SQLAlchemy tables and the rules that belong to one row."""

from survey.model.account import ROLES, Account
from survey.model.appraisal import Appraisal, Release, Verdict
from survey.model.audit_entry import AuditEntry, AuditTail
from survey.model.base import Base
from survey.model.bulletin import (
    BULLETIN_KINDS,
    BULLETIN_LANGS,
    Bulletin,
    BulletinFile,
    DocumentTemplate,
)
from survey.model.campaign import (
    Area,
    Campaign,
    CampaignUnit,
    GroupCoefficient,
    Margin,
    RespondentGroup,
)
from survey.model.case import CASE_LEVELS, CASE_STATES, Case, CaseStep, CoachingReport
from survey.model.contact_attempt import DISPOSITIONS, ContactAttempt
from survey.model.door import (
    SIGN_IN_OUTCOMES,
    FirstAdministrator,
    OfficeSession,
    RecoveryCode,
    SecondFactor,
    SignInAttempts,
    SignInCounter,
    SignInTally,
)
from survey.model.door_counter import (
    DEVICES,
    PAGE_LANGUAGES,
    PAGE_MODES,
    PAGE_STEPS,
    REFUSALS,
    THROUGH,
    PageCounter,
    RefusalCounter,
)
from survey.model.entrance import CodeBatch, Entrance
from survey.model.installation import Installation, KeyFingerprint
from survey.model.keyed_sheet import KeyedSheet
from survey.model.ledger import Ledger, LedgerNode, TreeHead
from survey.model.proposal import OUTCOMES, Proposal
from survey.model.questionnaire import Questionnaire
from survey.model.reminder import Reminder
from survey.model.response import (
    COMMENT_KINDS,
    MARGINS,
    TALLIES,
    AnswerTally,
    Comment,
    CommentKind,
    CommentMatter,
    MatterPlace,
    ProgressCounter,
    Response,
    SourceSeen,
    TallyPlace,
)
from survey.model.sitting import CoveredUnit, Sitting
from survey.model.unit import Unit

__all__ = [
    "BULLETIN_KINDS",
    "BULLETIN_LANGS",
    "CASE_LEVELS",
    "CASE_STATES",
    "COMMENT_KINDS",
    "DEVICES",
    "DISPOSITIONS",
    "MARGINS",
    "OUTCOMES",
    "PAGE_LANGUAGES",
    "PAGE_MODES",
    "PAGE_STEPS",
    "REFUSALS",
    "ROLES",
    "SIGN_IN_OUTCOMES",
    "TALLIES",
    "THROUGH",
    "Account",
    "AnswerTally",
    "Appraisal",
    "Area",
    "AuditEntry",
    "AuditTail",
    "Base",
    "Bulletin",
    "BulletinFile",
    "Campaign",
    "CampaignUnit",
    "Case",
    "CaseStep",
    "CoachingReport",
    "CodeBatch",
    "Comment",
    "CommentKind",
    "CommentMatter",
    "ContactAttempt",
    "CoveredUnit",
    "DocumentTemplate",
    "Entrance",
    "FirstAdministrator",
    "GroupCoefficient",
    "Installation",
    "KeyFingerprint",
    "KeyedSheet",
    "Ledger",
    "LedgerNode",
    "Margin",
    "MatterPlace",
    "OfficeSession",
    "PageCounter",
    "ProgressCounter",
    "Proposal",
    "Questionnaire",
    "RecoveryCode",
    "RefusalCounter",
    "Release",
    "Reminder",
    "RespondentGroup",
    "Response",
    "SecondFactor",
    "SignInAttempts",
    "SignInCounter",
    "SignInTally",
    "Sitting",
    "SourceSeen",
    "TallyPlace",
    "TreeHead",
    "Unit",
    "Verdict",
]
