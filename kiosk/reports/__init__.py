"""Papers for the person, as PDF: made in memory, written only where the person says."""
