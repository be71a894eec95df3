"""After the answer: internal review, complaint to the Commissioner, tribunal and their bundle."""
