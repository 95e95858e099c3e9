"""All pages, and what holds for each of them."""

from flask import Flask, redirect, url_for
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from raspisms.web import (
    access,
    account,
    address_book,
    auth,
    backups,
    callback_state,
    callbacks_setup,
    campaign_control,
    campaign_drafts,
    campaign_report,
    campaign_section,
    campaigns,
    compose,
    compression,
    contacts,
    context,
    conversations,
    counts,
    credits,  # noqa: A004 - named after its page; nothing here wants the builtin
    errors,
    exports,
    first_steps,
    health,
    hosts,
    i18n,
    imports,
    in_place,
    invalid_numbers,
    journal,
    members,
    messages,
    news,
    notices,
    opt_outs,
    ovh_setup,
    phone_limits,
    phone_test,
    phones,
    plans,
    privacy,
    pwa,
    quiet_hours,
    review,
    search,
    security,
    settings,
    smart_groups,
    style,
    texts,
    today,
    uploads,
    waits,
)

BLUEPRINTS = (
    health.blueprint,
    auth.blueprint,
    account.blueprint,
    phones.blueprint,
    ovh_setup.blueprint,
    callbacks_setup.blueprint,
    phone_test.blueprint,
    phone_limits.blueprint,
    quiet_hours.blueprint,
    conversations.blueprint,
    news.blueprint,
    compose.blueprint,
    campaigns.blueprint,
    campaign_drafts.blueprint,
    plans.blueprint,
    campaign_control.blueprint,
    campaign_report.blueprint,
    review.blueprint,
    contacts.blueprint,
    smart_groups.blueprint,  # with that of groups, which is the same
    texts.blueprint,
    messages.blueprint,
    notices.blueprint,
    opt_outs.blueprint,
    imports.blueprint,
    exports.blueprint,
    invalid_numbers.blueprint,
    privacy.blueprint,
    credits.blueprint,
    pwa.blueprint,
    search.blueprint,
    settings.blueprint,
    members.blueprint,
    journal.blueprint,
    first_steps.blueprint,
    style.blueprint,
)


def register(app: Flask) -> None:
    """Add the pages, and what holds for all of them: who may see what, headers, languages."""
    hosts.register(app)  # inside of what believes proxies: they may name the host
    _trust_proxies(app)
    i18n.register(app)
    context.register(app)
    counts.register(app)
    address_book.register(app)
    campaign_section.register(app)
    today.register(app)
    compression.register(app)
    security.register(app)
    settings.register(app)  # before anyone is told anything, be it to log in
    uploads.register(app)  # before a form is looked at
    access.register(app)
    errors.register(app)
    waits.register(app)
    backups.register(app)
    first_steps.register(app)
    news.register(app)
    callback_state.register(app)
    in_place.register(app)
    app.add_url_rule("/", "home", _home)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)


def _home() -> Response:
    """Conversations; the first steps for an administrator who has not taken them."""
    return redirect(url_for("first_steps.index" if first_steps.leads() else "conversations.index"))


def _trust_proxies(app: Flask) -> None:
    """Believe the X-Forwarded-… headers of as many proxies as the settings name, no more."""
    count: int = app.extensions["raspisms"].config.trusted_proxies
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_prefix=count
        )
