"""The staff desk: cases, questions, decisions, clearance, sending, publication and the trail of all of it."""
