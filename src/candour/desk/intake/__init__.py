"""What comes in: a request, its questions and under what each is dealt with, and what the requester says later."""
