"""A person's photo and documents: found, read once, checked before they are kept.

    sources.roots / listing      where files may be chosen from
    limits.load_limits           what the system of today takes (``config/attachments.toml``)
    checks.check_document        a PDF: bytes read once, checked in a child process; its ``notices`` are for the person
    checks.redacted              the same without the Individual Numbers in it, blacked out for good
    freshness, notices           whether a paper is too old, and what is said of a document
    sandbox.examine              a task of ``tasks`` in a process that gave up what ``confinement`` says
    photo_cut.read_photo / cut_photo    a photo: the same, turned upright, cut to 3 by 4, as often as the person likes
    photo_rules.findings         what is right and what is doubtful about it

What is given back carries the very bytes that were checked; nothing is read from the stick a second time.
"""
