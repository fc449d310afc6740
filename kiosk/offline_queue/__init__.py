"""What a person has entered, encrypted on this machine until the portal has it.

The way in is ``drafts.DraftStore``; ``autosave.Autosave`` writes behind a person's typing. A folder holds:

    store.json     which store this is, where its key lies, a check value of the key (no secret)
    store.lock     held while a process opens the store
    station.key    the station key, only where no key store of the system is used (0600)
    queue.db       drafts and the rows of their files (SQLCipher)
    keys.db        one wrapped key per record (SQLCipher); never backed up, because erasing a key is the erasure
    files/         photos and documents, encrypted in chunks
"""
