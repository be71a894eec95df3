"""Case-level data sets: from the spreadsheet of a business area to a counted answer.

The way of the data, one module for each step:

    file --> grid --> headings and rows --> staged text --> typed rows --> editions --> count --> table, chart, notes
     delimited, workbook   layout             staging        typing       dataset     counting   counted, chart

A `Description` (TOML) says what a row stands for, which columns identify case, person and allegation, and what every
column means; `describing` proposes one for a file nobody has described. Nothing is guessed in silence: every reading
leaves `Assumption`s (what was taken to be so, and how often) and `Problem`s (a line, and why it was not understood).

A data set is one file (a DuckDB data base). Each extract imported into it is an edition; a row that two editions share
is kept once, so that importing an extract again changes nothing. The source file itself is not kept.

`engine` alone knows the analytical engine. The count is plain SQL that runs unchanged on PostgreSQL.
"""

from candour.records.findings import Assumption, Problem, RecordsError

__all__ = ["Assumption", "Problem", "RecordsError"]
