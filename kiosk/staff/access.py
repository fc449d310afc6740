"""The staff code of one station, in a file beside its store. Every try is counted on the disk before it is looked at.

All methods may be called from several processes at once; they take turns. All raise ``StoreError`` where the disk is
full, read-only or failing: then nobody is let in.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil
from pathlib import Path

from kiosk.clock import Clock
from kiosk.offline_queue.durable import make_folder, process_lock, read_private, sync_folder, write_private
from kiosk.offline_queue.errors import KeyFileExposed, StoreReadOnly, from_os_error
from kiosk.staff.errors import StaffCodeBroken, StaffCodeForm, StaffCodeUnset, StaffCodeWait, StaffCodeWrong
from kiosk.staff.record import FREE_TRIES, Cost, Record, milliseconds, new_record, normalised, read_record

CODE_FILE = "staff-code.json"
LOCK_FILE = "staff-code.lock"

_MOST_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with the staff code.

    Attributes:
        is_set: whether there is one.
        wrong: how many wrong ones were typed since the last right one.
        wait: how long none may be tried.
    """

    is_set: bool
    wrong: int = 0
    wait: timedelta = timedelta()

    @property
    def tries(self) -> int:
        """How many wrong codes there may be until the next wait."""
        return max(FREE_TRIES - self.wrong, 1)


class StaffAccess:
    """Sets the staff code and lets in who knows it.

    Args:
        folder: of the station's own data; made when a code is set.
        clock: the present moment.
        cost: of one try with a code that is set now; a code that is set already keeps its own.
    """

    def __init__(self, folder: Path, clock: Clock, cost: Cost | None = None) -> None:
        self._folder = folder
        self._path = folder / CODE_FILE
        self._clock = clock
        self._cost = cost or Cost()

    def set(self, code: bytearray) -> None:
        """Make ``code`` the staff code, in place of any before, and forget wrong tries. ``code`` is wiped.

        Raises:
            StaffCodeForm: not 6 to 12 digits or letters. The code before stays.
        """
        try:
            if not normalised(code):
                raise StaffCodeForm
            record = new_record(code, self._cost)
        finally:
            _wipe(code)
        try:
            make_folder(self._folder)
        except OSError as error:
            raise from_os_error(error) from error
        with self._turn():
            self._write(record)

    def clear(self) -> bool:
        """Forget the staff code, a damaged one too; return whether there was one."""
        with self._turn():
            try:
                self._path.unlink()
                sync_folder(self._folder)
            except FileNotFoundError:
                return False
            except OSError as error:
                raise from_os_error(error) from error
            return True

    def standing(self) -> Standing:
        """Return how things stand.

        Raises:
            StaffCodeBroken: the file cannot be believed.
        """
        with self._turn():
            try:
                record = self._settled()
            except StaffCodeUnset:
                return Standing(is_set=False)
            return Standing(True, record.wrong, record.wait_left(self._clock()))

    def ready(self) -> int:
        """Return how many wrong codes there may be until the next wait, before one is asked for.

        Raises:
            StaffCodeUnset: there is no code.
            StaffCodeBroken: the file cannot be believed.
            StaffCodeWait: it is too early to try again.
        """
        standing = self.standing()
        if not standing.is_set:
            raise StaffCodeUnset
        _require_no_wait(standing.wait)
        return standing.tries

    def check(self, code: bytearray) -> None:
        """Return if ``code`` is the staff code. It is wiped.

        The try is counted, durably, before it is looked at: a process that is killed meanwhile has used it up.

        Raises:
            StaffCodeForm: it can be none; that costs no try.
            StaffCodeWrong: it is another.
            StaffCodeUnset, StaffCodeBroken, StaffCodeWait: as for ``ready``.
        """
        try:
            if not normalised(code):
                raise StaffCodeForm
            with self._turn():
                record = self._settled()
                now = self._clock()
                _require_no_wait(record.wait_left(now))
                self._write(replace(record, wrong=record.wrong + 1, last_wrong=milliseconds(now)))
                if not record.fits(code):
                    raise StaffCodeWrong
                self._write(replace(record, wrong=0, last_wrong=0))
        finally:
            _wipe(code)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _turn(self) -> AbstractContextManager[None]:
        return process_lock(self._folder / LOCK_FILE)

    def _settled(self) -> Record:
        """Read the record; where the clock was set back, what is to be waited for begins anew."""
        record, now = self._read(), self._clock()
        if record.wrong and record.clock_was_set_back(now):
            record = replace(record, last_wrong=milliseconds(now))
            self._write(record)
        return record

    def _read(self) -> Record:
        try:
            return read_record(read_private(self._path, _MOST_BYTES))
        except FileNotFoundError:
            raise StaffCodeUnset from None
        except (KeyFileExposed, StoreReadOnly):
            raise StaffCodeBroken from None  # it is not this user's alone, or not this user's at all

    def _write(self, record: Record) -> None:
        write_private(self._path, record.to_bytes())


def _require_no_wait(wait: timedelta) -> None:
    if wait > timedelta():
        minutes, seconds = divmod(ceil(wait.total_seconds()), 60)
        raise StaffCodeWait(minutes=minutes, seconds=seconds)


def _wipe(code: bytearray) -> None:
    code[:] = bytes(len(code))
    code.clear()
