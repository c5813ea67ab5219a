"""create_app(): wiring and nothing else."""

from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from survey.access import sessions, sign_in
from survey.access.own_views import blueprint as own
from survey.access.people_views import blueprint as people
from survey.access.views import blueprint as access
from survey.airgap.views import blueprint as airgap
from survey.api import faults as api_faults
from survey.api.views import blueprint as api
from survey.appraisal.appeals.unit_views import LARGEST_APPEAL, UNIT_APPEALS
from survey.appraisal.appeals.unit_views import blueprint as unit_appeals
from survey.appraisal.appeals.views import blueprint as appeals
from survey.appraisal.callbacks.views import CALLBACKS, LARGEST_SHEET_OF_CALLS
from survey.appraisal.callbacks.views import blueprint as callbacks
from survey.appraisal.earlier.views import EARLIER_DOCUMENT, LARGEST_DOCUMENT
from survey.appraisal.earlier.views import blueprint as earlier
from survey.appraisal.on_site.unit_views import LARGEST_VISIT, UNIT_VISITS
from survey.appraisal.on_site.unit_views import blueprint as unit_visits
from survey.appraisal.on_site.views import blueprint as on_site
from survey.appraisal.review.views import blueprint as review
from survey.appraisal.views import blueprint as appraisal
from survey.approvals.views import blueprint as approvals
from survey.auditing.views import blueprint as auditing
from survey.city.views import CITY, LARGEST_RELEASES
from survey.city.views import blueprint as city
from survey.collecting.interview_views import blueprint as interview
from survey.collecting.keying_views import blueprint as keying
from survey.collecting.views import COLLECT, LARGEST_TABLE
from survey.collecting.views import blueprint as collecting
from survey.delivery.views import blueprint as delivery
from survey.drafting.common_views import COMMON_ITEMS, LARGEST_COMMON
from survey.drafting.common_views import blueprint as common_items
from survey.drafting.views import ITEMS_FORM, LARGEST_SHEET, PLAN_SHEET
from survey.drafting.views import blueprint as drafting
from survey.exchange.microdata.views import blueprint as microdata
from survey.exchange.views import blueprint as exchange
from survey.feedback.climbing.views import blueprint as climbing
from survey.feedback.views import blueprint as feedback
from survey.fieldwork.bulletins.views import blueprint as bulletins
from survey.fieldwork.draws.views import blueprint as draws
from survey.fieldwork.explaining.views import blueprint as explaining
from survey.fieldwork.invitations.balance.views import blueprint as balance
from survey.fieldwork.invitations.plan_views import blueprint as plan_codes
from survey.fieldwork.invitations.second_body.views import HASHES, LARGEST_HASHES
from survey.fieldwork.invitations.second_body.views import blueprint as second_body
from survey.fieldwork.invitations.views import blueprint as invitations
from survey.fieldwork.papers.views import blueprint as papers
from survey.fieldwork.reminders.views import LARGEST_LIST, REMINDERS
from survey.fieldwork.reminders.views import blueprint as reminders
from survey.fieldwork.views import LARGEST_ARCHIVE, NEW_CAMPAIGN
from survey.fieldwork.views import blueprint as fieldwork
from survey.fieldwork.witnesses.views import blueprint as witnesses
from survey.forms.arrangement import is_varied
from survey.jobs.running import Jobs
from survey.jobs.views import blueprint as jobs
from survey.kinds import KINDS
from survey.manual.views import blueprint as manual
from survey.publication.views import blueprint as publication
from survey.receivers.views import blueprint as receivers
from survey.rehearsal.views import blueprint as rehearsal
from survey.reports.appealed.views import blueprint as appeal_letters
from survey.reports.template_views import CHECK, LARGEST_FILE, TEMPLATES
from survey.reports.template_views import blueprint as templates
from survey.reports.using.views import blueprint as using
from survey.reports.views import blueprint as reports
from survey.respond.ledger_views import blueprint as ledger
from survey.respond.offline_views import blueprint as offline
from survey.respond.quick.layer import Quick
from survey.respond.receipt_views import blueprint as receipts
from survey.respond.reply_views import blueprint as replies
from survey.respond.views import blueprint as respond
from survey.schedule.views import blueprint as schedule
from survey.scheme.campaign_scheme import scheme_of
from survey.service_ratings.views import LARGEST_RATINGS, RATINGS
from survey.service_ratings.views import blueprint as service_ratings
from survey.site import resources
from survey.site.installation import Site
from survey.verification.whole import verify
from survey.watching.views import blueprint as watching
from survey.web import alterations, catalogue, heads_watch, log_lines, request, wiring
from survey.web.health import blueprint as health
from survey.web.indents import Unindented

_LARGEST_BODY = 64 * 1024
# By the address that takes one.
_LARGER_BODIES = {
    NEW_CAMPAIGN: LARGEST_ARCHIVE,
    COLLECT: LARGEST_TABLE,
    PLAN_SHEET: LARGEST_SHEET,
    ITEMS_FORM: LARGEST_SHEET,
    REMINDERS: LARGEST_LIST,
    HASHES: LARGEST_HASHES,
    CALLBACKS: LARGEST_SHEET_OF_CALLS,
    RATINGS: LARGEST_RATINGS,
    TEMPLATES: LARGEST_FILE,
    CHECK: LARGEST_FILE,
    CITY: LARGEST_RELEASES,
    COMMON_ITEMS: LARGEST_COMMON,
    EARLIER_DOCUMENT: LARGEST_DOCUMENT,
    UNIT_APPEALS: LARGEST_APPEAL,
    UNIT_VISITS: LARGEST_VISIT,
}


def create_app(site: Site) -> Flask:
    """Build the web application of an installation."""
    log_lines.install(as_json=site.settings.log_json)
    app = Flask(
        "survey",
        template_folder=str(resources.folder("templates")),
        static_folder=str(resources.folder("static")),
    )
    app.config.update(
        SECRET_KEY=site.keys.web(),
        # A browser takes such a name from https and this very host alone.
        SESSION_COOKIE_NAME="__Host-session" if site.settings.secure else "session",
        SESSION_COOKIE_SECURE=site.settings.secure,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=sessions.LONGEST,
        MAX_CONTENT_LENGTH=_LARGEST_BODY,
        LARGER_BODIES=_LARGER_BODIES,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session, so that a long read loses no form
    )
    app.extensions["survey"] = site
    app.extensions["jobs"] = Jobs(site, KINDS)
    app.extensions["make_app"] = create_app  # the rehearsal has an application of its own
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension(Unindented)
    Babel(app, locale_selector=request.language, default_locale="zh")
    catalogue.install(app)
    csrf = CSRFProtect(app)
    csrf.exempt(respond)  # residents' forms carry a token of their own, no cookie
    csrf.exempt(receipts)
    csrf.exempt(replies)
    csrf.exempt(api)  # whoever asks shows a token by a header, and no cookie is looked at
    api_faults.install(app)
    wiring.install(app)
    heads_watch.install(app)
    alterations.install(app, site.database, lambda: verify(site))
    app.jinja_env.globals.update(scheme_of=scheme_of, is_varied=is_varied)
    sign_in.install(app)
    for room in (
        *(respond, receipts, replies, ledger, offline),
        *(access, own, people, fieldwork, watching, explaining, papers, invitations, plan_codes),
        *(balance, second_body),
        *(reminders, bulletins, drafting, appraisal, review, callbacks, appeals, unit_appeals),
        *(on_site, unit_visits, service_ratings, draws, earlier),
        *(collecting, keying, interview, publication, exchange, microdata, feedback, climbing),
        *(reports, templates, using, appeal_letters),
        *(rehearsal, schedule, approvals, auditing, manual, health),
        *(receivers, delivery, witnesses, airgap, city, common_items, api, jobs),
    ):
        app.register_blueprint(room)
    app.extensions["quick"] = Quick(app)  # before the framework
    app.wsgi_app = app.extensions["quick"]  # type: ignore[method-assign]
    if site.settings.trusted_proxies:
        # Only so many hops are believed; a header somebody sends himself lies beyond them. The
        # host is never believed: links to our pages are made from SURVEY_BASE_URL alone.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=site.settings.trusted_proxies, x_proto=1, x_host=0
        )
    return app
