"""What a person does at the terminal, from the welcome to the reception number, in English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from tests.support.terminal import Terminal
from tests.terminal.station import EMAIL, PASSPORT, PASSWORD, PHONE, RESIDENCE_CARD, in_days, secrets

NUMBER = re.compile(r"東オン\S+\d{8}")
"""A reception number: bureau, file code, year and count."""


class Pick(NamedTuple):
    """Choose from a list by typing into its search."""

    query: str


class Digit(NamedTuple):
    """Choose by digit; ``opens`` are words that come onto the screen with that choice."""

    digit: str
    opens: str = ""


class Skip(NamedTuple):
    """Leave a box as it is."""


Entry = str | Pick | Digit | Skip

CONTACT: tuple[Entry, ...] = (Pick("Philippines"), RESIDENCE_CARD, PHONE, EMAIL, EMAIL)
STAY: tuple[Entry, ...] = (Pick("1年"), in_days(40))
PAGES: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    ("Nationality and family status", (Skip(), Digit("1"), "会社員", "Kakuu City, Mihon")),
    ("Where you live now", ("100-0013", Skip(), Skip(), Skip())),
    ("Passport", (PASSPORT, in_days(900))),
    ("Your present stay", (Skip(),)),
    ("What you ask for", (Pick("3年"), "架空見本株式会社での勤務を続けるため")),
    ("Criminal record", (Digit("2"),)),
    ("Family in Japan and co-residents", (Digit("2"),)),
    ("Education", (Digit("2"), Pick("大学 "), "架空見本大学", "平成27年3月31日", Pick("工学"))),
    ("Qualification for information processing", (Digit("2"),)),
    ("Work experience", (Digit("2"),)),
    ("Other applications at the same time", (Digit("2"), Digit("2"), Digit("2"))),
    ("Last confirmation", (Digit("1"),)),
)
"""Each page of the form: its subject, and what is done with its boxes from the first to the last."""


class Person:
    """Somebody in front of the terminal.

    Args:
        terminal: the terminal, its program started.
    """

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal

    def choose_english(self) -> None:
        """Choose a language on the welcome, look at the menu in Japanese and go back to English."""
        see = self.terminal
        see.wait("Choose your language")
        see.press("2")
        see.wait("What do you want to do?")
        see.press("F3")
        see.wait("メニュー", "何をしますか")
        see.press("F3")
        see.wait("What do you want to do?")

    def begin_registration(self) -> None:
        """From the menu to the point where the card is wanted."""
        see = self.terminal
        see.press("2")
        see.wait("who are you?")
        see.press("1")

    def enter_contact(self) -> None:
        """With the card on the reader, to the point where its secrets are wanted."""
        see = self.terminal
        see.wait("About you")
        self.fill(CONTACT)
        see.wait("Please read the terms")
        see.press("F10")
        see.wait("Registration: check", EMAIL)
        see.press("F10")

    def sign_registration(self) -> None:
        """Show both secrets and confirm what the card says, to the page that tells of the mail."""
        pin, password = secrets()
        see = self.terminal
        self.give("Enter the authentication PIN", pin)
        self.give("Enter the signing password", password)
        see.wait("Registration: from your card", "KAKUU MIHON")
        see.press("F10")
        see.wait("look into your mail")

    def log_in(self, authentication_id: str) -> None:
        """From the question for the PIN to the home page."""
        see = self.terminal
        self.give("Enter the authentication PIN", secrets()[0])
        see.wait("Enter your authentication ID")
        see.type(authentication_id)
        see.wait(authentication_id)
        see.press_and_see("Enter")
        self.give("Enter your authentication ID", PASSWORD)
        see.wait("Home")

    def begin_extension(self) -> None:
        """From the home page to the first page of the form."""
        see = self.terminal
        see.press("1")
        see.wait("Choose a procedure")
        see.press("1")
        see.wait("Choose your status")
        see.type("gijinkoku")
        see.wait("gijinkoku", "技術・人文知識・国際業務")
        see.press("Enter")
        see.wait("Your present stay")
        self.fill(STAY)
        see.wait("Can you file online?")
        see.press("1")
        see.wait("What you need")
        see.press("1")
        see.wait("F10")
        see.press("F10")

    def answer(self, pages: Sequence[tuple[str, tuple[Entry, ...]]]) -> None:
        """Fill in pages of the form one after another."""
        for subject, entries in pages:
            self.reach(subject)
            self.fill(entries)

    def reach(self, subject: str) -> None:
        """Wait for the page of questions with that subject."""
        # The list of tasks names the subjects too; its title is another one.
        see = self.terminal
        see.wait_for(lambda: see.screen().lstrip().startswith("Questions") and see.sees(subject), subject)
        see.settled()

    def attach(self) -> None:
        """From the checked answers to the complete list of documents, and on."""
        see = self.terminal
        see.wait("Check your answers", "Everything is answered")
        see.press("F10")
        see.wait("Next: Photo and documents")
        see.press("F10")
        for left, file in ((3, "photo.jpg"), (2, "organisation-sheet.pdf"), (1, "category-proof.pdf")):
            see.wait("still missing", f"{left} thing")
            see.press(self._digit_before("!"))
            see.wait("Choose the file", file)
            if file == "photo.jpg":
                see.press(self._digit_before(file))
                self._photo_is_right()
            else:
                see.press(self._digit_before(f"[ ] {file}"))
                see.wait("Take the marked file ", f"[1] {file}")
                see.press("F10")
        see.wait("Everything that is needed is here")
        see.press("F10")

    def _photo_is_right(self) -> None:
        """Take the photo as it is, and say that it is new."""
        see = self.terminal
        see.wait("Use this photo")
        see.press("1")
        see.wait("When was this photo taken?")
        see.press("1")

    def send(self) -> str:
        """Say how the card comes, look at everything once more, file it, and return the reception number."""
        see = self.terminal
        see.wait("Next:", "Go on  F10")
        see.press("F10")
        self.reach("How the new card comes")
        self.fill((Digit("1"),))
        see.wait("Next: Send")
        see.press("F10")
        see.wait("This is what will be filed")
        see.press("F10")
        see.wait("Your application was received")
        found = NUMBER.search(see.screen())
        assert found is not None
        return found[0]

    def leave(self) -> None:
        """End the visit."""
        self.terminal.press("F12")
        self.terminal.wait("Do you want to end?")
        self.terminal.press("1")

    def _digit_before(self, words: str) -> str:
        """Return the digit of the first choice whose line begins with ``words``."""
        self.terminal.settled()
        found = re.search(rf"^\s*(\d)  {re.escape(words)}", self.terminal.screen(), re.MULTILINE)
        assert found is not None, self.terminal.screen()
        return found[1]

    def give(self, words: str, secret: str) -> None:
        """Type a secret where ``words`` ask for it; it must not be seen."""
        self.terminal.wait(words)
        for key in secret:
            # One by one, as fingers do: a whole secret in one read of the terminal would be a text in memory.
            self.terminal.press_and_see(key)
        assert not self.terminal.sees(secret)
        self.terminal.press("Enter")

    def fill(self, entries: Sequence[Entry]) -> None:
        """Fill the boxes of the page that is shown, from the first, and go on."""
        self.terminal.settled()
        for number, entry in enumerate(entries):
            if number:
                self.terminal.press_and_see("Tab")
            self._enter(entry)
        self.terminal.settled()
        self.terminal.press("F10")

    def _enter(self, entry: Entry) -> None:
        match entry:
            case Pick(query):
                self._pick(query)
            case Digit(digit, opens):
                self.terminal.press_and_see(digit)
                self.terminal.wait(opens)
            case str(text):
                before = self.terminal.count(text)
                self.terminal.type(text)
                self.terminal.wait_for(lambda: self.terminal.count(text) > before, text)
            case _:
                pass

    def _pick(self, query: str) -> None:
        see = self.terminal
        # In one go, as fast typists do: the first letter opens the list, the others must reach its search.
        see.type(query)
        see.wait_for(lambda: see.sees(query) and self._listing(), f"the list with {query}")
        see.press("Enter")
        see.wait_for(lambda: not self._listing(), "the list to close")

    def _listing(self) -> bool:
        return self.terminal.sees("Press Enter") or self.terminal.sees("then Enter")
