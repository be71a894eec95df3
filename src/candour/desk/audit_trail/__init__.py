"""The trail of every case: written, chained, signed, guarded and verified."""
