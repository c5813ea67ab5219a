"""create_app(): wiring and nothing else."""

from datetime import timedelta

from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from survey import health, resources, web
from survey.access import sign_in
from survey.access import views as access_views
from survey.appraisal import views as appraisal_views
from survey.exchange import views as exchange_views
from survey.feedback import views as feedback_views
from survey.fieldwork import invitation_views, poster_views
from survey.fieldwork import views as fieldwork_views
from survey.respond import ledger_views, offline_views, reply_views
from survey.respond import views as respond_views
from survey.site import Site

_LARGEST_BODY = 64 * 1024


def create_app(site: Site) -> Flask:
    """Build the web application of an installation."""
    app = Flask(
        "survey",
        template_folder=str(resources.folder("templates")),
        static_folder=str(resources.folder("static")),
    )
    app.config.update(
        SECRET_KEY=site.keys.web(),
        SESSION_COOKIE_SECURE=site.settings.secure,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=8),
        MAX_CONTENT_LENGTH=_LARGEST_BODY,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session, so that a long read loses no form
    )
    app.extensions["survey"] = site
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app, locale_selector=web.language, default_locale="zh")
    csrf = CSRFProtect(app)
    csrf.exempt(respond_views.blueprint)  # residents' forms carry a token of their own, no cookie
    csrf.exempt(reply_views.blueprint)
    web.install(app)
    sign_in.install(app)
    for views in (respond_views, access_views, fieldwork_views, appraisal_views, exchange_views):
        app.register_blueprint(views.blueprint)
    app.register_blueprint(invitation_views.blueprint)
    app.register_blueprint(poster_views.blueprint)
    app.register_blueprint(ledger_views.blueprint)
    app.register_blueprint(reply_views.blueprint)
    app.register_blueprint(offline_views.blueprint)
    app.register_blueprint(feedback_views.blueprint)
    app.register_blueprint(health.blueprint)
    if site.settings.trusted_proxies:
        # Only so many hops are believed; a header somebody sends himself lies beyond them.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=site.settings.trusted_proxies, x_proto=1, x_host=1
        )
    return app
