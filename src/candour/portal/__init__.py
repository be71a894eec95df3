"""The public side: the disclosure log and the pages around it."""
