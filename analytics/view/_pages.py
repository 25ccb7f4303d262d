"""The pages, as HTML."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from analytics import _health
from analytics._consent import Opt
from analytics._ledger import is_intact
from analytics._words import plural
from analytics.view._html import SKIP, Html, element, join, page_head, table
from analytics.view._style import CSS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analytics.view._view import Event, View

#: Entries on one page.
LENGTH = 50

_PAGES = (("/", "Overview"), ("/sent", "Sent"), ("/waiting", "Waiting"), ("/keys", "What each key means"))
_STATES = {
    Opt.IN: "Your usage is reported",
    Opt.OUT: "Nothing is reported",
    Opt.DEFAULT: "You have not chosen",
}
_MANY = 2


def overview(view: View, form_token: str, said: str = "") -> Html:
    """The state, the buttons, the rules, and what is wrong."""
    decision = view.decision()
    return join(
        element("p", said, class_="said", role="status") if said else "",
        element("h1", _STATES[decision.opt]),
        element("p", f"{_capital(decision.explanation)}."),
        _buttons(view, form_token),
        _rules(view),
        _numbers(view),
        _problems(view),
    )


def sent(view: View, number: int) -> Html:
    """What was sent, the latest first."""
    ledger = view.ledger()
    latest = ledger.entries[::-1]
    shown = latest[(number - 1) * LENGTH : number * LENGTH]
    older = f" {plural(ledger.pruned, 'older one')} no longer kept." if ledger.pruned else ""
    return join(
        element("h1", "Sent"),
        element(
            "p",
            f"{plural(len(latest), 'attempt')} to send, the latest first.{older}"
            if latest
            else "Nothing was sent.",
        ),
        element("ol", *(_sent_item(view, entry) for entry in shown), class_="posts") if shown else "",
        _pager(number, len(latest)),
    )


def waiting(view: View) -> Html:
    """What waits to be sent, the oldest first."""
    records = view.waiting()
    words = (
        f"{plural(len(records), 'event')}, in the order in which they go." if records else "Nothing waits."
    )
    shown = records[:LENGTH]
    more = f"{len(records) - LENGTH} more are not shown here; " if len(records) > LENGTH else ""
    return join(
        element("h1", "Waiting to be sent"),
        element("p", words),
        element("ol", *(_waiting_item(view, record) for record in shown), class_="posts") if shown else "",
        element("p", more, element("code", f"{view.prog} show"), " prints all.") if more else "",
    )


def keys(view: View) -> Html:
    """Every event and key that may be sent."""
    schema = view.schema()
    levels = (join(element("dt", level), element("dd", words)) for level, words in schema["levels"].items())
    return join(
        element("h1", "What each key means"),
        element("p", "Nothing else can be sent: what is not listed here is left out before it is kept."),
        element("dl", *levels),
        element("h2", "On every event of level full"),
        _key_table("Keys of every full event", schema["global"]),
        *map(_declared, schema["events"]),
    )


def refusal(words: str) -> Html:
    """Why there is nothing to see."""
    return join(element("h1", "Not here"), element("p", words))


def page(view: View, path: str, content: Html) -> bytes:
    """Return the whole document."""
    title = next((title for address, title in _PAGES if address == path), "Not here")
    body = element(
        "body",
        SKIP,
        element("header", element("p", f"{view.app.name} analytics"), _navigation(path)),
        element("main", content, id="content"),
        element("footer", element("p", "This page is on your machine only, and has no script.")),
    )
    top = page_head(f"{title}: {view.app.name} analytics", CSS)
    return f"<!DOCTYPE html>\n{element('html', top, body, lang='en')}\n".encode()


def _navigation(path: str) -> Html:
    links = (
        element("li", element("a", title, href=address, aria_current="page" if address == path else ""))
        for address, title in _PAGES
    )
    return element("nav", element("ul", *links), aria_label="Pages")


def _buttons(view: View, form_token: str) -> Html:
    choice = view.choice()
    words = {Opt.IN: "You chose opt-in.", Opt.OUT: "You chose opt-out.", Opt.DEFAULT: "You have not chosen."}
    buttons = [_button("in", "Opt in", choice is Opt.IN), _button("out", "Opt out", choice is Opt.OUT)]
    if choice is not Opt.DEFAULT:
        buttons.append(
            element("button", "Take the choice back", name="choice", value="default", class_="quiet")
        )
    hidden = element("input", type="hidden", name="form-token", value=form_token)
    return element(
        "section",
        element("h2", "Your choice", id="choice"),
        element("p", f"{words[choice]} Opting out throws away what was not sent."),
        element("form", hidden, *buttons, method="post", action="/choice"),
        class_="card",
        aria_labelledby="choice",
    )


def _button(value: str, words: str, chosen: bool) -> Html:
    return element(
        "button",
        words,
        name="choice",
        value=value,
        class_="chosen" if chosen else "",
        aria_pressed="true" if chosen else "false",
    )


def _rules(view: View) -> Html:
    rows = [
        (rule.title, join(rule.says, " ", _mark("decides", "yes") if rule.decides else ""))
        for rule in view.rules()
    ]
    caption = "The first of these that says something decides. A project's word is known when it is loaded."
    return element(
        "section",
        element("h2", "Who decides", id="rules"),
        table(caption, ("Who", "What it says here and now"), rows, class_="rules"),
        aria_labelledby="rules",
    )


def _numbers(view: View) -> Html:
    waits, was = len(view.waiting()), len(view.ledger().entries)
    rows = (
        ("Sent", element("a", plural(was, "attempt"), href="/sent")),
        ("Waiting", element("a", plural(waits, "event"), href="/waiting")),
        ("Sent to", element("code", view.endpoint)),
        ("Kept in", element("code", view.dirs.analytics)),
    )
    pairs = (join(element("dt", name), element("dd", value)) for name, value in rows)
    return element(
        "section", element("h2", "At a glance", id="glance"), element("dl", *pairs), aria_labelledby="glance"
    )


def _problems(view: View) -> Html:
    wrong = _health.problems(view.findings())
    if not wrong:
        return Html()
    items = (element("li", _capital(words)) for words in wrong)
    return element(
        "section", element("h2", "What is wrong", id="wrong"), element("ul", *items), aria_labelledby="wrong"
    )


def _sent_item(view: View, entry: dict[str, Any]) -> Html:
    status = entry.get("status")
    fine = entry.get("detail") == "accepted"
    words = "accepted" if fine else f"answered {status}" if status else "not delivered"
    intact = _mark("as sent, byte for byte", "yes") if is_intact(entry) else _mark("changed since", "no")
    facts = join(
        element("p", "To ", element("code", str(entry.get("url")))),
        element("p", "Answer: ", f"{status} " if status else "", str(entry.get("detail"))),
        element("p", "SHA-256 ", element("code", str(entry.get("sha256"))), " ", intact),
    )
    return _item(view, entry, _mark(words, "yes" if fine else "no"), facts)


def _waiting_item(view: View, record: dict[str, Any]) -> Html:
    return _item(view, record, Html(), element("p", "To ", element("code", record["url"])))


def _item(view: View, post: dict[str, Any], mark: Html, facts: Html) -> Html:
    body = str(post.get("body"))
    events = view.events(body)
    heading = join(element("b", _title(events)), _time(post.get("time")), mark)
    return element(
        "li",
        element(
            "details",
            element("summary", heading),
            element(
                "div", *map(_event, events), element("p", "The body, exactly:"), element("pre", body), facts
            ),
        ),
    )


def _title(events: list[Event]) -> str:
    if not events:
        return "(empty)"
    return events[0].name if len(events) < _MANY else f"{events[0].name} and {len(events) - 1} more"


def _event(event: Event) -> Html:
    rows = [(element("code", key), value, purpose) for key, value, purpose in event.rows]
    caption = f"Keys of {event.name}"
    return table(caption, ("Key", "Value", "What it is for"), rows, class_="keys") if rows else Html()


def _declared(event: dict[str, Any]) -> Html:
    heading = element("h2", element("code", event["name"]), " ", _mark(event["level"], ""))
    free = "Any key that the Tiltfile's author chose, and text, cut where it is long."
    return join(
        heading,
        element("p", f"{_capital(event['purpose'])}."),
        _key_table(f"Keys of {event['name']}", event["keys"]) if event["keys"] else "",
        element("p", free) if event["free_keys"] else "",
    )


def _key_table(caption: str, described: Iterable[dict[str, Any]]) -> Html:
    rows = [(element("code", key["name"]), key["values"], key["purpose"]) for key in described]
    return table(caption, ("Key", "What may be sent", "What it is for"), rows, class_="keys")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _mark(words: str, kind: str) -> Html:
    return element("span", words, class_=f"mark {kind}".strip())


def _time(ms: object) -> Html:
    try:
        moment = datetime.fromtimestamp(ms / 1000, UTC)  # type: ignore[operator]  # what is no number is below
    except (TypeError, ValueError, OverflowError, OSError):
        return element("span", "at an unknown time ", class_="soft")
    return element("time", moment.strftime("%Y-%m-%d %H:%M:%S UTC"), datetime=moment.isoformat())


def _pager(number: int, total: int) -> Html:
    links = []
    if number > 1:
        links.append(element("a", "Newer", href=f"/sent?page={number - 1}", rel="prev"))
    if number * LENGTH < total:
        links.append(element("a", "Older", href=f"/sent?page={number + 1}", rel="next"))
    return element("nav", *links, class_="pager", aria_label="More of what was sent") if links else Html()
