"""Figures that give nobody away: tables made safe, and the ledger that each release is audited against."""
