"""How staff sign in: attempts and their limit, the second factor, the identity provider, sessions, and the log."""
