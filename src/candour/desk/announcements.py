"""What the desk announces to parts of the house that it does not know, such as the post.

A receiver is called in the transaction of what it hears of, so that what it writes is there exactly if that is.
"""

from django.dispatch import Signal

request_received = Signal()
"""A case has been opened; sent with `case`."""

case_restricted = Signal()
"""A case is seen by those named on it alone from now on; sent with `case`."""
