"""The forms of the table builder: the kind of table, the counts as pasted, their rules, one cell, the agreement."""
