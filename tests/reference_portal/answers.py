"""Complete invented answers, and the way of an application to the office."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk.clock import japan_date, utc_now
from kiosk.forms.load import choices
from kiosk.paths import config_dir
from kiosk.portal.canonical import canonical_json
from tests.reference_portal.people import Person

FILES = config_dir() / "demo" / "files"
PHOTO = FILES / "photo.jpg"
DOCUMENT = FILES / "tax-certificates.pdf"
REQUIRED = ("organisation_sheets", "category_proof")
"""Documents without which an applicant's extension as an engineer or specialist is not filed."""


def answers() -> dict[str, Any]:
    """Return answers that pass every check, for the holder of the demo."""
    return {
        "part1.name": "KAKUU MIHON",
        "part1.date_of_birth": "1994-05-17",
        "part1.sex": "1",
        "part1.address_in_japan_prefecture": "130001",
        "part1.address_in_japan_city": "131016",
        "part1.address_in_japan_street": "霞が関１－１－１\u3000架空見本荘１０１",
        "part1.mobile_phone": "09000000000",
        "part1.email": "kakuu.mihon@example.com",
        "part1.current_status_of_residence": "T26",
        "part1.residence_card_number": "XX00000000XX",
        "part1.nationality_region": "110",
        "part1.marital_status": "0",
        "part1.occupation": "架空技術者",
        "part1.home_town_city": "架空市",
        "part1.postal_code": "1000013",
        "part1.current_period_of_stay": "0100000",
        "part1.current_period_expiration_date": (japan_date(utc_now()) + timedelta(days=60)).isoformat(),
        "part1.has_residence_card": "1",
        "part1.desired_period_of_stay": choices("C970", "T26")[-1].code,
        "part1.reason_for_extension": "架空の理由",
        "part1.criminal_record": "0",
        "part1.has_family_in_japan": "0",
        "applicant.education_last_school_institution": "01",
        "applicant.education_last_school_institution_2": "3",
        "applicant.education_last_school_institution_name_school": "架空大学",
        "applicant.education_last_school_date_graduation": "2016-03-31",
        "applicant.major_field_study": choices("CA80_1")[0].code,
        "applicant.work_experience_yes_no": "0",
        "simultaneous.reentry": "0",
        "simultaneous.other_activity": "0",
        "simultaneous.authorised_employment": "0",
        "confirmation.applicant_intention_confirmed": "1",
    }


def content(**changes: Any) -> dict[str, Any]:
    """Return the content of an application, complete unless changed."""
    receipt = {"method": "01", "notification_email": "kakuu.mihon@example.com"}
    whole = {"procedure": "extension", "status_of_residence": "gijinkoku", "answers": answers(), "receipt": receipt}
    return {**whole, **changes}


def metadata(kind: str, name: str, data: bytes, **changes: str) -> str:
    """Return ``Upload-Metadata`` for a file."""
    values = {
        "kind": kind,
        "document": "" if kind == "photo" else "tax_certificates",
        "filename": name,
        "media_type": "image/jpeg" if kind == "photo" else "application/pdf",
        "sha256": hashlib.sha256(data).hexdigest(),
        **changes,
    }
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}".strip() for name, value in values.items())


TUS = {"Tus-Resumable": "1.0.0"}


def announce(person: Person, application_id: str, kind: str, name: str, data: bytes, **changes: str) -> Any:
    """Announce a file and return the answer."""
    headers = {**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": metadata(kind, name, data, **changes)}
    return person.post(f"/applications/{application_id}/attachments", **headers)


def send(person: Person, path: str, data: bytes, offset: int = 0, checksum: bytes | None = None) -> Any:
    """Send one piece and return the answer. ``path`` is the ``Location`` of the announcement."""
    headers = {**person.headers, **TUS, "Upload-Offset": str(offset)}
    headers["Content-Type"] = "application/offset+octet-stream"
    if checksum is not None:
        headers["Upload-Checksum"] = f"sha256 {base64.b64encode(checksum).decode()}"
    return person.world.request("PATCH", path.removeprefix("/v1"), content=data, headers=headers)


def attach(person: Person, application_id: str, kind: str, file: Path, **changes: str) -> Any:
    """Attach a file in one piece and return the answer to it."""
    data = file.read_bytes()
    announced = announce(person, application_id, kind, file.name, data, **changes)
    assert announced.status_code == 201, announced.text
    return send(person, announced.headers["location"], data)


def ready(person: Person, **changes: Any) -> str:
    """Return the id of an application with photo and document, ready to be filed."""
    made = person.post("/applications", content(**changes))
    assert made.status_code == 201, made.text
    application_id: str = made.json()["application_id"]
    assert attach(person, application_id, "photo", PHOTO).status_code == 204
    for document in REQUIRED:
        assert attach(person, application_id, "document", DOCUMENT, document=document).status_code == 204
    return application_id


def submission(person: Person, application_id: str) -> tuple[str, dict[str, Any], str]:
    """Return key, body and ETag to file what the portal holds now."""
    shown = person.get(f"/applications/{application_id}")
    application = shown.json()
    key = person.world.key()
    names = ("kind", "filename", "size", "sha256")
    body = {
        "submission_id": key,
        "content_sha256": hashlib.sha256(canonical_json(application["content"])).hexdigest(),
        "attachments": [{name: item[name] for name in names} for item in application["attachments"]],
    }
    return key, body, shown.headers["etag"]


def file(person: Person, application_id: str = "") -> str:
    """File an application (a new complete one unless given) and return its reception number."""
    application_id = application_id or ready(person)
    key, body, etag = submission(person, application_id)
    answer = person.post(f"/applications/{application_id}/submission", body, key=key, If_Match=etag)
    assert answer.status_code == 201, answer.text
    number: str = answer.json()["reception_number"]
    return number
