"""What can be wrong with a chosen file, under ``AttachmentError`` (A..).

A01–A08  finding, reading, size        A10–A23  a PDF
A30–A35  a photo                       A40–A41  the check itself
"""

from __future__ import annotations

from kiosk.errors import AttachmentError


class FileGone(AttachmentError):
    """The file or folder is not there any more (the stick was pulled out)."""

    code = "A01"
    key = "attachment_gone"


class FolderUnreadable(AttachmentError):
    """A folder can't be listed."""

    code = "A02"
    key = "folder_unreadable"


class FileUnreadable(AttachmentError):
    """The system does not let us read the file, or the drive fails."""

    code = "A03"
    key = "file_unreadable"


class NotAFile(AttachmentError):
    """A link, a device, a folder: not a regular file."""

    code = "A04"
    key = "not_a_file"


class FileEmpty(AttachmentError):
    """The file has 0 bytes."""

    code = "A05"
    key = "file_empty"


class FileTooLarge(AttachmentError):
    """The file alone is over the limit."""

    code = "A06"
    key = "file_too_large"


class TotalTooLarge(AttachmentError):
    """With what is attached already the file is over the limit."""

    code = "A07"
    key = "total_too_large"


class TooManyFiles(AttachmentError):
    """The system takes no further document."""

    code = "A08"
    key = "too_many_files"


class DocumentTypeWrong(AttachmentError):
    """By its content it is not a PDF."""

    code = "A10"
    key = "document_type_wrong"


class PdfPassword(AttachmentError):
    """It opens with a password only."""

    code = "A11"
    key = "pdf_password"


class PdfPrintForbidden(AttachmentError):
    """Its owner forbids printing."""

    code = "A12"
    key = "pdf_print_forbidden"


class PdfCopyForbidden(AttachmentError):
    """Its owner forbids copying."""

    code = "A13"
    key = "pdf_copy_forbidden"


class PdfEncrypted(AttachmentError):
    """It is encrypted, though it opens and forbids nothing that counts."""

    code = "A14"
    key = "pdf_encrypted"


class PdfScript(AttachmentError):
    """It holds JavaScript, or sends or fetches form data."""

    code = "A15"
    key = "pdf_script"


class PdfOpenAction(AttachmentError):
    """It does something when it is opened (other than going to a page)."""

    code = "A16"
    key = "pdf_open_action"


class PdfLaunch(AttachmentError):
    """It starts a program."""

    code = "A17"
    key = "pdf_launch"


class PdfEmbeddedFile(AttachmentError):
    """It holds other files."""

    code = "A18"
    key = "pdf_embedded_file"


class PdfXfa(AttachmentError):
    """It is an XFA form."""

    code = "A19"
    key = "pdf_xfa"


class PdfRichMedia(AttachmentError):
    """It holds film, sound or three-dimensional content."""

    code = "A20"
    key = "pdf_rich_media"


class PdfVersion(AttachmentError):
    """It is of a newer version than the system takes."""

    code = "A21"
    key = "pdf_version"


class PdfBroken(AttachmentError):
    """It is damaged or not a proper PDF."""

    code = "A22"
    key = "pdf_broken"


class PdfTooManyPages(AttachmentError):
    """It has more pages than anybody would examine."""

    code = "A23"
    key = "pdf_too_many_pages"


class PhotoTypeWrong(AttachmentError):
    """By its content it is neither a JPEG nor a PNG."""

    code = "A30"
    key = "photo_type_wrong"


class PhotoTooLarge(AttachmentError):
    """The photo is over the limit for photos."""

    code = "A31"
    key = "photo_too_large"


class PhotoPixels(AttachmentError):
    """The photo has too many pixels."""

    code = "A32"
    key = "photo_pixels"


class PhotoBroken(AttachmentError):
    """The photo can't be decoded to its end."""

    code = "A33"
    key = "photo_broken"


class PhotoRatio(AttachmentError):
    """The photo is not 3 wide to 4 high."""

    code = "A34"
    key = "photo_ratio"


class PhotoAnimated(AttachmentError):
    """The photo moves."""

    code = "A35"
    key = "photo_animated"


class CheckGaveUp(AttachmentError):
    """Checking the file took more time or memory than any honest file needs, or made the checker fall over."""

    code = "A40"
    key = "check_gave_up"


class CheckUnavailable(AttachmentError):
    """The checker can't be started on this machine."""

    code = "A41"
    key = "check_unavailable"
