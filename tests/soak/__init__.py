"""Random acts of a student, for as long as one likes; nothing that was shown as saved may be gone."""
