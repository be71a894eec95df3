"""Background work: long jobs in the database, done by `candour work` or, in the demonstration, by the server itself.

How to use it. Describe a kind of job in a module `background.py` of your app, which every worker imports:

    from candour.desk.jobs import Run, job

    @job("gate.inspect", "Inspect a file", attempts=3)
    def inspect(run: Run) -> dict[str, Any] | None:
        upload = Upload.objects.get(pk=run.payload["upload"])
        for done, sheet in enumerate(sheets, start=1):
            ...                                             # long work, outside any transaction
            run.progress(done, len(sheets), f"Sheet {sheet.name} read")
        with run.effect(result={"findings": 3}):            # once, in one transaction with “done”
            Inspection.objects.create(...)
            record(case, EventKind.…, run.made_by, …)

and ask for it in the transaction of whatever makes it needed:

    with transaction.atomic():
        upload = Upload.objects.create(...)
        enqueue("gate.inspect", key=f"upload {upload.pk}", payload={"upload": upload.pk}, case=case, made_by=person)

What holds:

- A job is there exactly if the transaction that asked for it was committed.
- A kind and key are done once: asking again gives the same job, whatever became of it. Work that is to be done anew,
  say after a change, has another key.
- What stands in `run.effect` happens at most once, together with the job's being done: a worker that was taken for dead
  and comes back cannot write any more (it is told `NoLongerMine`). Without `run.effect` the value that the function
  returns becomes the result. Effects outside the database, such as mail, need a key of their own.
- A worker writes a heartbeat; a job without one for a minute is given to another, up to `attempts` times.
- An exception is tried again after a while, up to `attempts` times; `JobFailed` and `Refused` are final at once, and
  their words are shown to staff. Words of other exceptions are not shown: they may name a requester.
- `run.progress` ends the job (by an exception that the function lets through) when somebody has pressed Stop.
- Payload, result and notes are plain JSON and never name a requester.

In tests, `run_due()` does what is due in the caller's own thread.
"""

from candour.desk.jobs.kinds import JobFailed, Kind, job, kind_of
from candour.desk.jobs.queue import again, enqueue, stop
from candour.desk.jobs.run import Interrupted, NoLongerMine, Run, Stopped
from candour.desk.jobs.worker import Worker, run_due

__all__ = [
    "Interrupted",
    "JobFailed",
    "Kind",
    "NoLongerMine",
    "Run",
    "Stopped",
    "Worker",
    "again",
    "enqueue",
    "job",
    "kind_of",
    "run_due",
    "stop",
]
