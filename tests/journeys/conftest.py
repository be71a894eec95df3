"""The world that every test of this folder takes place in."""

from desk.world import today, world

__all__ = ["today", "world"]
