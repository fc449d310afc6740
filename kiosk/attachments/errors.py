"""What can be wrong with a chosen file, under ``AttachmentError`` (A..).

A01–A08  finding, reading, size        A10–A23  a PDF
A30–A35  a photo                       A40–A41  the check itself
A60–A64  binding                       A43–A49  a PDF: reaching outside, its pages, blacking out
A70–A75  cutting a photo
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
    """By its content it is no picture of a kind that is taken: JPEG, PNG, HEIC, TIFF."""

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


class PhotoSourceTooLarge(AttachmentError):
    """The file chosen as photo is larger than any camera's."""

    code = "A70"
    key = "photo_source_too_large"


class PhotoSmall(AttachmentError):
    """The photo has so few pixels that nobody can be recognised."""

    code = "A71"
    key = "photo_small"


class PhotoSeveral(AttachmentError):
    """The file chosen as photo holds several pictures."""

    code = "A72"
    key = "photo_several"


class PhotoBox(AttachmentError):
    """The photo was to be cut outside of the picture, or not 3 by 4."""

    code = "A73"
    key = "photo_box"


class PhotoTooOld(AttachmentError):
    """The person says that the photo is older than it may be."""

    code = "A74"
    key = "photo_too_old"


class PhotoNotPlain(AttachmentError):
    """The file has the right shape, and yet is not an upright JPEG with the picture alone (notes, other colours)."""

    code = "A75"
    key = "photo_not_plain"


class PageTooLarge(AttachmentError):
    """One page alone is over the limit, however small its pictures are made."""

    code = "A60"
    key = "page_too_large"


class FormNotShown(AttachmentError):
    """A form field has an answer that no program has drawn yet, so it would be lost when the file is bound."""

    code = "A61"
    key = "form_not_shown"


class PictureBroken(AttachmentError):
    """The picture of a paper can't be decoded to its end."""

    code = "A62"
    key = "picture_broken"


class PicturePixels(AttachmentError):
    """The picture of a paper has more pixels than this machine decodes."""

    code = "A63"
    key = "picture_pixels"


class BindTooMuch(AttachmentError):
    """All files together are more than can be bound at once."""

    code = "A64"
    key = "bind_too_much"


class PdfOutside(AttachmentError):
    """It takes something from another file or opens one."""

    code = "A43"
    key = "pdf_outside"


class PdfPageSize(AttachmentError):
    """A page has no size, or one that no paper has."""

    code = "A44"
    key = "pdf_page_size"


class PdfPixels(AttachmentError):
    """A picture in it has more pixels than any scanner makes."""

    code = "A45"
    key = "pdf_pixels"


class PdfBlank(AttachmentError):
    """All pages are empty."""

    code = "A46"
    key = "pdf_blank"


class PdfDark(AttachmentError):
    """A page is so dark that nobody can read it."""

    code = "A47"
    key = "pdf_dark"


class PdfCoarse(AttachmentError):
    """A page was scanned or photographed with too few dots to be read."""

    code = "A48"
    key = "pdf_coarse"


class RedactionFailed(AttachmentError):
    """The Individual Number is still in the file after it was blacked out."""

    code = "A49"
    key = "redaction_failed"


class CheckStopped(AttachmentError):
    """The person did not want to wait for it any more."""

    code = "A80"
    key = "check_stopped"
