"""How long a case is kept, and what becomes of each part of it."""
