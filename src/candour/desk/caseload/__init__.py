"""Who works on what: queues, assignment, handing over, watching, and what comes next."""
