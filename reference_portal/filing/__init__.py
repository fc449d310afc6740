"""Applications: drafts, files, submission, examination."""
