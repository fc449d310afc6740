"""A person's photo and documents: found, read once, checked before they are kept.

    sources.roots / listing      where files may be chosen from
    limits.load_limits           what the system of today takes (``config/attachments.toml``)
    checks.check_document        a PDF: bytes read once, checked in a child process, hashed
    checks.check_photo           a photo: the same, and turned upright where the camera only noted it

What is given back carries the very bytes that were checked; nothing is read from the stick a second time.
"""
