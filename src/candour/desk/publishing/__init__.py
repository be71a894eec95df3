"""Publication: decided, masked, and made as a snapshot with nothing of the requester in it."""
