"""Asking the portal: with a way to try again, and to sign in again as the same person when the session has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from kiosk.errors import KioskError
from kiosk.offline_queue.errors import DraftNotYours
from kiosk.portal.errors import SessionEnded

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.app import KioskApp
    from kiosk.screens.work import Job

T = TypeVar("T")


async def at_portal(
    app: KioskApp,
    title_key: str,
    job: Job[T],
    lead_key: str,
    passed_on: tuple[type[KioskError], ...] = (),
    stop: Callable[[], object] | None = None,
) -> T | None:
    """Do something at the portal; None when the person gives up. ``job`` must be safe to repeat.

    Args:
        app: the application.
        title_key: message key of the title while it goes on.
        job: what is done, in a thread.
        lead_key: message key of what is said while it goes on.
        passed_on: errors that the caller answers.
        stop: makes the job end soon; None where it can't be stopped.
    """
    while True:
        try:
            return await app.do(title_key, job, lead_key, stop)
        except passed_on:
            raise
        except SessionEnded as error:
            if not await signed_in_again(app, error):
                return None
        except KioskError as error:
            if await app.problem(error) != "again":
                return None


async def signed_in_again(app: KioskApp, error: SessionEnded) -> bool:
    """Say that the session has ended and let the person sign in; whether they are signed in now.

    Another person's card is refused: what is open here is not theirs.
    """
    from kiosk.screens.journeys.sign_in import sign_in, sign_in_staff

    visit, owner = app.visit, app.visit.owner
    if await app.problem(error, "choice.sign_in", "choice.back") != "sign_in":
        return False
    if not await (sign_in_staff(app) if visit.staff else sign_in(app)):
        return False
    if owner is not None and visit.owner != owner:
        visit.owner, visit.account = owner, None
        await app.do("log_in.title", lambda _report: app.services.portal.log_out())
        await app.problem(DraftNotYours(), "choice.back")
        return False
    return visit.account is not None
