"""Asking others: tasks to business areas, their mails, and referrals to another authority."""
