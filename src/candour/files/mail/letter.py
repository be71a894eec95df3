"""A mail as its readers see it, whatever the form of its file, and what the file holds besides."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from candour.files.catalogue import found
from candour.files.findings import Blocked, Finding, Severity
from candour.files.format import Context, Inspected, Output, Rebuilt
from candour.files.mail.typeset import typeset
from candour.files.masked import plain
from candour.files.pages.tally import Tally
from candour.files.visible import Transcript, tokens_of

SHOWN = ("From", "To", "Cc", "Date", "Subject")
"""The header lines that mail programs show."""

_QUOTED = re.compile(r"^\s*(?:>|\|>)")
_ORIGINAL = re.compile(
    r"^\W*(?:original message|forwarded message|begin forwarded message|reply message|ursprüngliche nachricht)\W*$"
    r"|^_{20,}\s*$|^\s*On\b.{4,200}\bwrote:\s*$|^\s*From:\s.+$",
    re.IGNORECASE,
)
_ORIGINAL_LINE = re.compile(r"^\s*[*>]*\s*(?:From|Sent|To|Date|Subject|Cc)\s*:", re.IGNORECASE)
_BIDI = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")


@dataclass(slots=True)
class Attachment:
    """A file that came with a mail."""

    name: str
    data: bytes
    hidden: bool = False


@dataclass(slots=True)
class Letter:
    """What a reader sees: header lines, the text, the attachments, and mails inside."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    inner: list[Letter] = field(default_factory=list)


@dataclass(slots=True)
class _Parted:
    lines: list[str]
    quoted: list[str]


def tell_letter(letter: Letter, tally: Tally, inspected: Inspected, context: Context) -> Transcript:
    """Add what a mail shows of earlier mails, and what its attachments hold; returns what is to leave of it."""
    parted = part(letter.body)
    headers = [(name, clean(value)) for name, value in letter.headers if clean(value)]
    transcript = Transcript(headers, [clean(line) for line in parted.lines])
    tally.seen = tally.seen | {token for text in transcript.texts() for token in tokens_of(text)}
    _tell_quoted(parted, tally)
    everything = letter.body + "".join(value for _, value in letter.headers)
    if signs := _BIDI.findall(everything):
        tally.add("E.bidi", "text", len(signs))
    for attachment in letter.attachments:
        inspected.know()
        shown = plain(attachment.name, 120)
        try:
            inner = context.inspect_inner(attachment.data, attachment.name)
        except Blocked as blocked:
            tally.add("G.embedded_blocked", shown, plainly=blocked.reason)
            continue
        for finding in inner.findings:
            inspected.findings.append(_inside(finding, shown))
        inspected.hidden.update(inner.hidden)
        if inner.blocked or inner.unknown:
            tally.add("G.embedded_blocked", shown, plainly=inner.blocked or "it holds parts that nobody can classify")
        elif inner.visible is not None:
            transcript.attachments.append((shown, inner.visible))
    for message in letter.inner:
        transcript.attachments.append(("mail", tell_letter(message, tally, inspected, context)))
    return transcript


def rebuild_letter(letter: Letter, context: Context, stem: str) -> Rebuilt:
    """A transcript as a PDF, and the attachments through the gate. What cannot be checked is left out and told."""
    parted = part(letter.body)
    headers = [(name, clean(value)) for name, value in letter.headers if clean(value)]
    lines = [clean(line) for line in parted.lines]
    transcript = Transcript(headers, lines)
    lost = []
    if parted.quoted:
        lost.append(f"{len(parted.quoted):,} lines of quoted earlier mails are left out.")
    listed: list[str] = []
    outputs: list[Output] = []
    for attachment in letter.attachments:
        shown = plain(attachment.name, 120)
        try:
            rebuilt = context.rebuild_inner(attachment.data, attachment.name)
        except Blocked as blocked:
            lost.append(f"The attachment {shown} is left out: {blocked.reason}")
            continue
        listed.append(shown)
        outputs.extend(rebuilt.outputs)
        transcript.attachments.append((shown, rebuilt.visible))
        lost.extend(f"{shown}: {what}" for what in rebuilt.lost)
    for number, message in enumerate(letter.inner, 1):
        rebuilt = rebuild_letter(message, context, f"{stem} mail {number}")
        outputs.extend(rebuilt.outputs)
        transcript.attachments.append(("mail", rebuilt.visible))
        lost.extend(rebuilt.lost)
    lost.append("The mail is a transcript of its text: colours, pictures in the text and links are gone.")
    data, shows, missing = typeset(headers, lines, listed)
    if missing:
        lost.append(f"{missing:,} characters cannot be set in the font of the transcript and show as boxes.")
    return Rebuilt(
        unnamed_twice([Output(f"{stem}.pdf", "pdf", data, shows), *outputs]), transcript, list(dict.fromkeys(lost))
    )


def unnamed_twice(outputs: list[Output]) -> list[Output]:
    """Outputs with different names, whatever the names of what they were made from."""
    taken: set[str] = set()
    result = []
    for output in outputs:
        stem, dot, ending = output.name.rpartition(".")
        name, number = output.name, 2
        while name.casefold() in taken:
            name, number = f"{stem} ({number}){dot}{ending}", number + 1
        taken.add(name.casefold())
        result.append(Output(name, output.kind, output.data, output.shows))
    return result


def part(body: str) -> _Parted:
    """The lines that the sender wrote, and those quoted from earlier mails: marked lines, or all after a divider."""
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept: list[str] = []
    quoted: list[str] = []
    for number, line in enumerate(lines):
        if _begins_original(lines, number):
            rest = lines[number:]
            return _Parted(kept, quoted + [text for text in rest if text.strip()])
        (quoted if _QUOTED.match(line) else kept).append(line)
    return _Parted(kept, quoted)


def _begins_original(lines: list[str], number: int) -> bool:
    line = lines[number]
    if not _ORIGINAL.match(line):
        return False
    if re.match(r"^\s*From:", line, re.IGNORECASE) or line.startswith("_" * 20):
        following = [text for text in lines[number + 1 : number + 6] if text.strip()]
        return sum(bool(_ORIGINAL_LINE.match(text)) for text in following) >= 2
    if line.rstrip().endswith("wrote:"):
        return any(_QUOTED.match(text) for text in lines[number + 1 : number + 4]) or number > 0
    return True


def _tell_quoted(parted: _Parted, tally: Tally) -> None:
    if not parted.quoted:
        return
    marked = [line for line in parted.quoted if _QUOTED.match(line)]
    rest = [line for line in parted.quoted if not _QUOTED.match(line)]
    if marked:
        tally.add("E.quoted_thread", "text", len(marked), "\n".join(marked))
    if rest:
        tally.add("E.quoted_original", "text", 1, "\n".join(rest))


def _inside(finding: Finding, name: str) -> Finding:
    severity: Severity = finding.severity
    return found(finding.code, f"{name}: {finding.place}", finding.count, finding.evidence, severity=severity)


def clean(text: str) -> str:
    """A line without the characters that turn the direction of reading, have no width, or control a terminal."""
    return "".join(
        character if character.isprintable() else " " for character in _BIDI.sub("", text.expandtabs(4))
    ).rstrip()
