"""The card as the rest of the program sees it: readers, one session at a time, news of what happens at the readers."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from kiosk.card.errors import NotMyNumberCard
from kiosk.card.jpki import JpkiSession
from kiosk.card.monitor import CardEvent, CardMonitor
from kiosk.card.transport import CardReaders, Connection, ReaderState, choose_reader
from kiosk.errors import SettingsError
from kiosk.settings import CardSettings


class CardService:
    """Opens sessions on the readers that the settings name. For worker threads; holds no card between sessions.

    Args:
        settings: where a card is looked for.
        readers: other readers than the settings say (tests, benchmarks).

    Attributes:
        source: the readers themselves; with a virtual card a ``VirtualReaders``, whose card can be taken away.
    """

    def __init__(self, settings: CardSettings, readers: CardReaders | None = None) -> None:
        self._settings = settings
        self.source: CardReaders = readers or _source(settings)
        self._monitor: CardMonitor | None = None
        self._extended: dict[bytes, bool] = {}

    def readers(self) -> tuple[ReaderState, ...]:
        """Return the readers.

        Raises:
            NoReaderService, ReaderLibraryMissing: there is no way to any reader.
        """
        return self.source.list()

    @contextmanager
    def open(self, reader: str | None = None) -> Generator[JpkiSession]:
        """Hold a My Number card for the length of a ``with``; afterwards its power is off and it has forgotten secrets.

        Args:
            reader: name of the reader; None tries every reader that holds a card, in order.

        Raises:
            NoReaderService, ReaderLibraryMissing, NoReader, NoCard, CardInUse, CardMute: no card can be reached.
            NotMyNumberCard: none of the cards has the JPKI application.
            CardRemoved: the card is taken away, now or later inside the ``with``.
        """
        connection, session = self._start(choose_reader(self.source.list(), reader))
        try:
            yield session
        finally:
            if session.extended is not None:
                # What one session found out about extended length saves the next one a failed command.
                self._extended[session.atr] = session.extended
            connection.close()

    def start_monitor(self, callback: Callable[[CardEvent], None]) -> None:
        """Begin to tell ``callback``, from a thread of its own, what happens at the readers."""
        self.stop()
        self._monitor = CardMonitor(self.source, callback, self._settings.poll_seconds)
        self._monitor.start()

    def stop(self) -> None:
        """Stop the monitor."""
        monitor, self._monitor = self._monitor, None
        if monitor is not None:
            monitor.stop()

    def _start(self, names: tuple[str, ...]) -> tuple[Connection, JpkiSession]:
        for name in names:
            connection = self.source.connect(name)
            try:
                return connection, JpkiSession.start(connection, self._extended.get(connection.atr))
            except NotMyNumberCard:
                connection.close()
            except BaseException:
                connection.close()
                raise
        raise NotMyNumberCard


def _source(settings: CardSettings) -> CardReaders:
    # Imported here: a station needs one of the two, and the virtual card brings the cryptography library.
    if settings.source == "virtual":
        from kiosk.card.virtual.reader import VirtualReaders

        return VirtualReaders(Path(settings.virtual_card))
    if settings.source == "pcsc":
        from kiosk.card.pcsc import PcscReaders

        return PcscReaders()
    raise SettingsError(name="card.source")
