"""The pages behind mail links: plain HTML forms, no scripts, nothing cached."""

from __future__ import annotations

from html import escape
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from kiosk.portal.contract import ProblemCode
from reference_portal.errors import Refusal
from reference_portal.people import credentials, links
from reference_portal.people.passwords import LONGEST, SHORTEST, SYMBOLS
from reference_portal.web.context import PortalHere

router = APIRouter(include_in_schema=False)

_STYLE = (
    "body{font:1.1rem/1.6 sans-serif;max-width:38rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}"
    "label{display:block;margin:1rem 0 .2rem}input{font:inherit;width:100%;box-sizing:border-box;padding:.4rem}"
    "button{font:inherit;margin-top:1.4rem;padding:.5rem 1.6rem;color:#fff;background:#b5301c;border:0}"
    ".fault{border-left:.3rem solid #b5301c;padding-left:.8rem}#authentication-id{font:2rem monospace}"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}
_RULES = (
    (f"{SHORTEST}文字から{LONGEST}文字まで", f"{SHORTEST} to {LONGEST} characters"),
    (f"英字、数字、記号（{SYMBOLS}）を全部使う", f"letters, digits and symbols ({SYMBOLS}), all three"),
    ("認証IDを入れない", "without your authentication ID"),
    ("1年で切れます", "good for one year"),
)
_FAULTS = {
    "length": (f"{SHORTEST}文字から{LONGEST}文字までにしてください。", f"Use {SHORTEST} to {LONGEST} characters."),
    "mix": ("英字、数字、記号を全部使ってください。", "Use letters, digits and symbols, all three."),
    "characters": (f"使うことができる記号は {SYMBOLS} です。", f"The only symbols are {SYMBOLS}."),
    "contains-id": ("認証IDは入れないでください。", "Leave out your authentication ID."),
    "different": ("2つのパスワードが違います。", "The two passwords are not the same."),
    "password": ("パスワードが違います。", "The password is not right."),
}

Entered = Annotated[str, Form(max_length=200)]


@router.get("/link/{token}")
def get_link(token: str, portal: PortalHere) -> Response:
    """Show the page of a link."""
    with portal.database.read() as db:
        link = links.find_link(db, portal.clock(), token)
    return _gone() if link is None else _form(link.purpose, ())


@router.post("/link/{token}")
def post_link(token: str, portal: PortalHere, password: Entered = "", again: Entered = "") -> Response:
    """Do what the page of a link is for."""
    with portal.database.read() as db:
        link = links.find_link(db, portal.clock(), token)
    if link is None:
        return _gone()
    try:
        if link.purpose == "rebind":
            outcome = credentials.connect_card(portal, token, password)
        else:
            outcome = credentials.set_password(portal, token, password, again)
    except Refusal as refusal:
        if refusal.code is not ProblemCode.LOCKED:
            raise
        return _locked(refusal.retry_after or 1)
    if outcome is None:
        return _gone()
    return _form(link.purpose, outcome.faults) if outcome.faults else _done(link.purpose, outcome.authentication_id)


def _form(purpose: str, faults: tuple[str, ...]) -> Response:
    if purpose == "rebind":
        title = ("新しいカードを使う", "Use the new card")
        fields = _input("password", "今のパスワード", "Your present password", "current-password")
        rules = ""
    else:
        title = ("パスワードを決める", "Choose a password")
        fields = _input("password", "パスワード", "Password", "new-password")
        fields += _input("again", "もう一度", "Once more", "new-password")
        rules = "<ul id='rules'>" + "".join(f"<li>{_both(rule)}</li>" for rule in _RULES) + "</ul>"
    shown = "".join(f"<p class='fault' data-code='{code}'>{_both(_FAULTS[code])}</p>" for code in faults)
    button = "<button type='submit'>決定 / OK</button>"
    body = f"{shown}{rules}<form method='post' autocomplete='off'>{fields}{button}</form>"
    return _page(title, body, 422 if faults else 200)


def _input(name: str, ja: str, en: str, purpose: str) -> str:
    label = f"<label for='{name}'>{_both((ja, en))}</label>"
    return f"{label}<input id='{name}' name='{name}' type='password' autocomplete='{purpose}' required>"


def _done(purpose: str, authentication_id: str) -> Response:
    if purpose == "activate":
        words = ("これがあなたの認証IDです。1回だけ表示します。書いておいてください。",
                 "This is your authentication ID. It is shown only once. Write it down.")  # fmt: skip
        body = f"<p>{_both(words)}</p><p id='authentication-id'>{escape(authentication_id)}</p>"
        return _page(("登録が終わりました", "You are registered"), body)
    if purpose == "rebind":
        words = ("新しいカードでログインすることができます。", "You can log in with the new card.")
        return _page(("カードを登録しました", "The card is connected"), f"<p id='done'>{_both(words)}</p>")
    words = ("新しいパスワードでログインしてください。", "Log in with the new password.")
    return _page(("パスワードを変えました", "The password is changed"), f"<p id='done'>{_both(words)}</p>")


def _gone() -> Response:
    words = ("このページは使うことができません。もう使ったか、時間が過ぎています。",
             "This page cannot be used. It has been used already, or its time is over.")  # fmt: skip
    return _page(("使えないページです", "Not available"), f"<p>{_both(words)}</p>", 404)


def _locked(seconds: int) -> Response:
    minutes = -(-seconds // 60)
    words = (f"まちがいが多いので、{minutes}分待ってください。", f"Too many wrong entries. Wait {minutes} minutes.")
    response = _page(("今は使えません", "Locked for a while"), f"<p>{_both(words)}</p>", 423)
    response.headers["Retry-After"] = str(seconds)
    return response


def _both(words: tuple[str, str]) -> str:
    return f"{escape(words[0])}<br><span lang='en'>{escape(words[1])}</span>"


def _page(title: tuple[str, str], body: str, status: int = 200) -> Response:
    head = f"<meta charset='utf-8'><title>{escape(title[0])}</title><style>{_STYLE}</style>"
    html = f"<!doctype html><html lang='ja'><head>{head}</head><body><h1>{_both(title)}</h1>{body}</body></html>"
    return HTMLResponse(html, status, _HEADERS)


def closed_page(until: str) -> Response:
    """Return the page shown in maintenance."""
    words = (f"メンテナンス中です。{until} まで待ってください。", f"Closed for maintenance until {until}.")
    return _page(("メンテナンス中です", "Closed for maintenance"), f"<p>{_both(words)}</p>", 503)
