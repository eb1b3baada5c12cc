"""`tallystick site …`: set up, serve, back up and restore a commission."""

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()
WITHOUT_HOME = frozenset({"init", "demo", "restore"})  # they make the home

Names = Annotated[list[str] | None, typer.Option("--founder", help="A founder's name; at least three.")]


def _new_home() -> None:
    """Make the home and its database, then set Django up on it."""
    from tallystick.site.home import home
    from tallystick.site.ready import django_ready

    home().mkdir(parents=True, exist_ok=True, mode=0o700)

    django_ready()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _cannot(why: str) -> None:
    typer.echo(f"tallystick site: {why}", err=True)
    raise typer.Exit(2)


@app.command()
def init(
    name: Annotated[str, typer.Option(help="The fund's name.")],
    founder: Names = None,
    origin: Annotated[str, typer.Option(help="The record's name for ever, for example fund.example.org/record.")] = "",
    timezone: Annotated[str, typer.Option(help="An IANA time zone.")] = "America/Chicago",
    language: Annotated[list[str] | None, typer.Option(help="A language people read; first the main one.")] = None,
    currency: Annotated[list[str] | None, typer.Option(help="An ISO 4217 code.")] = None,
    committee: Annotated[str, typer.Option(help="The first committee's name.")] = "Relief committee",
    limit: Annotated[int, typer.Option(help="Most per payment, in whole units of each currency.")] = 50_000,
    notice_hours: Annotated[int, typer.Option(help="Hours that a vote stays open unless all have voted.")] = 24,
) -> None:
    """Make an empty commission: a rehearsal, or with --origin the real one."""
    _new_home()
    from tallystick.record.models import Head
    from tallystick.site import founding

    if Head.objects.get().size:
        _cannot("there is already a fund here. Set TALLYSTICK_HOME to another folder.")
    said = founding.Founding(
        name=name,
        founders=founder or [],
        timezone=timezone,
        languages=language or ["en"],
        currencies=currency or ["USD"],
        committee=committee,
        limit=limit,
        notice=notice_hours * 3600,
    )
    said.check()
    said.keep()
    from tallystick.site import opening

    signed_in = opening.rehearse(said) if not origin else opening.open_for_good(said, origin)
    for each in signed_in:
        typer.echo(f"  {each.username}  {each.password}")
    typer.echo(
        f"The record {origin} is founded. Its key: see keys/ in the home, and back it up."
        if origin
        else "This is a rehearsal: nothing is published. Open it with: tallystick site open --origin NAME"
    )


@app.command("open")
def open_record(
    origin: Annotated[str, typer.Option(help="The record's name for ever, for example fund.example.org/record.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """End the rehearsal: wipe what was practised and found the record for good under this name."""
    from tallystick.site import founding, opening

    opening.must_be_rehearsal()
    if not yes:
        typer.confirm("Everything practised here is wiped, and the name can never change. Go on?", abort=True)
    for each in opening.open_for_good(founding.Founding.kept(), origin):
        typer.echo(f"  {each.username}  {each.password}")
    typer.echo(f"The record {origin} is open.")


@app.command()
def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Keep what is there; make a demo only in an empty home.")
    ] = False,
    seed: Annotated[int, typer.Option(help="The same seed tells the same story.")] = 1,
) -> None:
    """Make a demo commission, obviously made up, that touches everything."""
    _new_home()
    from tallystick.record.models import Head
    from tallystick.site import demo as story

    if Head.objects.get().size:
        if once:
            return
        _cannot("there is already a fund here. Set TALLYSTICK_HOME to another folder.")
    typer.echo("Telling the demo's story …")
    story.tell(seed)


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="The port on this machine.")] = 8000,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
) -> None:
    """Serve this commission: pages and the worker."""
    from tallystick.site import demo as story
    from tallystick.site.serving import serve as run

    def say(address: str) -> None:
        for line in story.sign_ins():
            typer.echo(line)
        typer.echo(f"\n  Tallystick is at {address}\n")

    raise typer.Exit(run(port, say, host))


@app.command()
def worker() -> None:
    """Run the worker alone: it closes days and votes, tells totals, signs and looks for drift."""
    from tallystick.site import schedule
    from tallystick.site.serving import work

    schedule.ensure()
    work()


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where the backup goes (.tar.gz).")],
    keys: Annotated[Path | None, typer.Option(help="Where a backup of the keys goes: keep it apart, 30 days.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Back up database, files and published record; with --keys the keys, into a file of their own."""
    from tallystick.site.backup import back_up, back_up_keys

    made = back_up(file)
    if keys:
        back_up_keys(keys)
    said = {"entries": made, "file": str(file), "keys": str(keys) if keys else None}
    typer.echo(json.dumps(said) if as_json else f"{made} entries backed up to {file}.")
    if not keys and not as_json:
        typer.echo("The keys are not in it. Back them up too, apart: --keys FILE. Delete that file after 30 days.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup made by `site backup`.")],
    keys: Annotated[Path | None, typer.Option(help="The backup of the keys.")] = None,
    published: Annotated[str, typer.Option(help="The published record: a folder or an address, to compare with.")] = "",
    nothing_published: Annotated[bool, typer.Option("--nothing-published", help="It was never published.")] = False,
) -> None:
    """Restore a backup into an empty home. It will not sign behind what was published."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tallystick.site.settings")
    django.setup()  # without a home: restoring makes it
    from tallystick.site.backup import restore as bring_back

    told = bring_back(file, keys, published, nothing_published)
    typer.echo(told)
