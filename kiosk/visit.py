"""One person's visit: what is known of them while they stand at the kiosk. It ends with the process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.offline_queue.drafts import Owner
    from kiosk.portal.contract import Account


@dataclass(slots=True)
class Visit:
    """The state that journeys share."""

    reader: str | None = None
    """The reader the person's card lies on, where there are several."""
    owner: Owner | None = field(default=None, repr=False)
    """Opens this person's drafts; made from the card at log-in, or from the account of who has no card."""
    staff: bool = False
    """Whether staff of an organisation are here, who log in without a card."""
    account: Account | None = field(default=None, repr=False)
    """The portal's account; None while nobody is logged in."""
    authentication_id: str = field(default="", repr=False)
    """What was typed last, so that a wrong password does not cost typing it again."""
