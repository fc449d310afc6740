"""The task ``bind_front``: as ``bind``, with pages of our own in front. Runs in the worker process alone."""

from kiosk.attachments.binder.bind import bind_documents
from kiosk.reports.writer import prepare

prepare()  # here, because nothing may be opened once the work begins

__all__ = ["bind_documents"]
