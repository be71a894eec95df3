"""The audit of every release together: what an attacker infers from all of them, and which releases tell it.

`releases` is the door. A ledger becomes one system of statements over elementary cells (`axes`, `system`, `targets`);
what is fixed already falls to propagation and rank (`propagation`, `rank`); the rest is bounded by programs and by
other registers in whole numbers, near known ones first (`programs`, `moves`, `search`, `exact`); `because` finds the
fewest releases that tell; `proof` keeps what was found so that it can be checked without a solver.
"""
