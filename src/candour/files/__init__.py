"""What is in a file that a reader cannot see; and the file again with only what a reader can see.

`inspect_file` says what is hidden, `rebuild_file` makes the file anew with a proof. Nothing uploaded is ever sent on.
"""

from candour.files.findings import Blocked, Finding, Inspection, Severity, Status
from candour.files.format import Output
from candour.files.gate import Gate, RebuiltFile, inspect_file, rebuild_file
from candour.files.limits import Limits
from candour.files.proof import Proof

__all__ = [
    "Blocked",
    "Finding",
    "Gate",
    "Inspection",
    "Limits",
    "Output",
    "Proof",
    "RebuiltFile",
    "Severity",
    "Status",
    "inspect_file",
    "rebuild_file",
]
