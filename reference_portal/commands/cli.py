"""Options of every command; the work is elsewhere, and imported when it is asked for."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from reference_portal.portal import Desk

_DATABASE = click.option(
    "--database",
    default="sqlite:///portal.sqlite",
    envvar="PORTAL_DATABASE",
    show_default=True,
    help="sqlite:///FILE or postgresql://…",
)
_KEYS = click.option("--keys", type=click.Path(path_type=Path), default=Path("keys"), show_default=True, help="Folder.")
_ADDRESS = "HOST:PORT"
_STAFF_KINDS = ("organisation", "public_corporation", "support_organisation")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The reference portal: the system of the guide, as a server."""


@main.command()
@_DATABASE
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8471, show_default=True, help="0 takes a free one.")
@click.option("--origin", default="", help="What browsers and kiosks call this portal. [http://HOST:PORT]")
@click.option("--trust", type=click.Path(path_type=Path), required=True, help="Folder of CA certificates and lists.")
@click.option("--attachments", type=click.Path(path_type=Path), required=True, help="Folder of the files.")
@click.option(
    "--keys", type=click.Path(path_type=Path), help="Folder of the portal's own keys. [keys, beside the files]"
)
@click.option("--rate", default=50, show_default=True, type=click.IntRange(min=1), help="POSTs a second of one peer.")
@click.option(
    "--deferred-megabytes",
    default=20_000,
    show_default=True,
    type=click.IntRange(min=1),
    help="Room for sealed files without their envelope; a tenth of it for one address.",
)
@click.option("--smtp", default="127.0.0.1:25", show_default=True, metavar=_ADDRESS)
@click.option("--system", type=click.Choice(["rasens", "ras"]), default="rasens", show_default=True)
@click.option("--network", "networks", multiple=True, metavar="CIDR", help="May ask. [loopback]")
@click.option("--trusted-proxy", "proxies", multiple=True, metavar="CIDR", help="Its X-Forwarded-For is believed.")
@click.option("--fast-hash", is_flag=True, help="Cheap password hashes, for tests and demonstrations only.")
def serve(
    database: str,
    host: str,
    port: int,
    origin: str,
    trust: Path,
    attachments: Path,
    keys: Path | None,
    rate: int,
    deferred_megabytes: int,
    smtp: str,
    system: str,
    networks: tuple[str, ...],
    proxies: tuple[str, ...],
    fast_hash: bool,
) -> None:
    """Run the portal. Prints one JSON line when it listens: {"origin", "port", "sealing_pin"}."""
    from reference_portal.commands.serve import Listener, run
    from reference_portal.config import PasswordCost, PortalConfig

    listener = Listener.open(host, port)
    config = PortalConfig(
        origin=origin.rstrip("/") or listener.origin,
        trust=trust,
        attachments=attachments,
        keys=keys or attachments.resolve().with_name("keys"),
        rate=rate,
        deferred_bytes=deferred_megabytes * 1_000_000,
        deferred_peer_bytes=deferred_megabytes * 100_000,
        smtp=_host_and_port(smtp),
        system="ras" if system == "ras" else "rasens",
        networks=_checked(networks),
        trusted_proxies=_checked(proxies),
        password_cost=PasswordCost.fast() if fast_hash else PasswordCost(),
    )
    run(config, database, listener)


def _host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise click.BadParameter(f"{_ADDRESS} is wanted")
    return host.strip("[]"), int(port)


def _checked(networks: tuple[str, ...]) -> tuple[str, ...]:
    import ipaddress

    try:
        return tuple(str(ipaddress.ip_network(network, strict=False)) for network in networks)
    except ValueError as error:
        raise click.BadParameter("an address range such as 192.0.2.0/24 is wanted") from error


def _desk(database: str) -> Desk:
    from reference_portal.commands.serve import open_database
    from reference_portal.portal import Desk

    opened = open_database(database)
    click.get_current_context().call_on_close(opened.close)
    return Desk(database=opened)


@main.command()
@_DATABASE
@click.argument("number")
def examine(database: str, number: str) -> None:
    """Begin to examine the application with this reception NUMBER."""
    from reference_portal.filing import examination

    _step(lambda: examination.examine(_desk(database), number))


@main.command("request-documents")
@_DATABASE
@click.argument("number")
@click.argument("documents", nargs=-1, required=True)
@click.option("--note", default="", help="What the applicant should know.")
def request_documents(database: str, number: str, documents: tuple[str, ...], note: str) -> None:
    """Ask for more DOCUMENTS (keys of the checklist, or words)."""
    from reference_portal.filing import examination

    _step(lambda: examination.request_documents(_desk(database), number, documents, note))


@main.command()
@_DATABASE
@click.argument("number")
@click.option("--period", default="0100000", show_default=True, help="Code of list CB20, where a stay is granted.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="New last day of stay. [period from today]")
def grant(database: str, number: str, period: str, until: datetime | None) -> None:
    """Grant the application with this reception NUMBER."""
    from reference_portal.filing import examination

    _step(lambda: examination.grant(_desk(database), number, period, until.date() if until else None))


@main.command()
@_DATABASE
@click.argument("number")
@click.option("--reason", default="", help="Why.")
def refuse(database: str, number: str, reason: str) -> None:
    """Refuse the application with this reception NUMBER."""
    from reference_portal.filing import examination

    _step(lambda: examination.refuse(_desk(database), number, reason))


@main.command()
@_DATABASE
@click.argument("number")
def dispatch(database: str, number: str) -> None:
    """Send the new card of the application with this reception NUMBER."""
    from reference_portal.filing import examination

    _step(lambda: examination.dispatch(_desk(database), number))


@main.command()
@_DATABASE
@click.argument("number")
def received(database: str, number: str) -> None:
    """Note that the card of the application with this reception NUMBER has arrived."""
    from reference_portal.filing import examination

    _step(lambda: examination.received(_desk(database), number))


def _step(work: object) -> None:
    from reference_portal.errors import Refusal

    assert callable(work)
    try:
        work()
    except Refusal as refusal:
        raise click.ClickException(refusal.code.value) from refusal


@main.command("approve-staff")
@_DATABASE
@click.option("--origin", required=True, help="The portal's, for the link in the mail.")
@click.option("--kind", required=True, type=click.Choice(_STAFF_KINDS))
@click.option("--organisation", required=True, help="Its name.")
@click.option("--name", required=True, help="The person's name.")
@click.option("--address", required=True, help="The organisation's, in Japan.")
@click.option("--phone", required=True, metavar="DIGITS")
@click.option("--email", required=True, help="Where the page for the password is sent.")
def approve_staff(
    database: str, origin: str, kind: str, organisation: str, name: str, address: str, phone: str, email: str
) -> None:
    """Approve an organisation's notification of use (利用申出) for one of its staff; a mail follows."""
    from pydantic import ValidationError

    from kiosk.portal.contract import UserKind
    from reference_portal.people.staff import Notification, approve

    try:
        notification = Notification(
            user_kind=UserKind(kind), organisation=organisation, name=name, address=address, phone=phone, email=email
        )
    except ValidationError as error:
        wrong = ", ".join(f"--{place['loc'][0]}" for place in error.errors(include_input=False))
        raise click.UsageError(f"not as it has to be: {wrong}") from None
    _step(lambda: approve(_desk(database), notification, origin.rstrip("/")))


@main.group()
def maintenance() -> None:
    """Close the portal for a while."""


@maintenance.command()
@_DATABASE
@click.option("--minutes", default=60, show_default=True, type=click.IntRange(min=1))
def now(database: str, minutes: int) -> None:
    """Close at once."""
    from datetime import timedelta

    from reference_portal import office

    desk = _desk(database)
    moment = desk.clock()
    office.schedule(desk, moment, moment + timedelta(minutes=minutes))


@maintenance.command()
@_DATABASE
@click.argument("starts", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]))
@click.argument("ends", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]))
def schedule(database: str, starts: datetime, ends: datetime) -> None:
    """Announce a window; STARTS and ENDS in Japan time."""
    from kiosk.clock import JAPAN
    from reference_portal import office

    try:
        office.schedule(_desk(database), starts.replace(tzinfo=JAPAN), ends.replace(tzinfo=JAPAN))
    except ValueError as error:
        raise click.ClickException(str(error)) from error


@maintenance.command()
@_DATABASE
def off(database: str) -> None:
    """Open again now."""
    from reference_portal import office

    office.reopen(_desk(database))


@main.command()
@_DATABASE
@click.option("--add", multiple=True, metavar="CIDR")
@click.option("--remove", multiple=True, metavar="CIDR")
def networks(database: str, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
    """Show or change the networks that may ask (loopback when there is none)."""
    from reference_portal import office

    desk = _desk(database)
    if add or remove:
        office.change_networks(desk, _checked(add), _checked(remove))
    with desk.database.read() as db:
        for cidr in office.networks(db) or office.LOOPBACK:
            click.echo(cidr)


@main.group("sealing-key")
def sealing_key() -> None:
    """Keys to which stations seal what is signed while the portal is away."""


@sealing_key.command()
@_KEYS
def rotate(keys: Path) -> None:
    """Add new keys. The old ones go on opening what was sealed to them, and are erased when nobody needs them."""
    from kiosk.clock import utc_now
    from reference_portal.deferred.keys import KeyFolder

    KeyFolder(keys).rotate(utc_now())


@sealing_key.command("list")
@_KEYS
def list_keys(keys: Path) -> None:
    """Print one JSON line for each key: id, suite, times; never the key."""
    from reference_portal.deferred.keys import KeyFolder

    for pair in KeyFolder(keys).pairs():
        click.echo(pair.public.model_dump_json(exclude={"public_key"}))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--smtp-port", default=0, help="0 takes a free one.")
@click.option("--http-port", default=0, help="0 takes a free one.")
def mailbox(host: str, smtp_port: int, http_port: int) -> None:
    """Take mail over SMTP, keep it in memory and show it over HTTP (GET /messages). Prints {"smtp", "http"}."""
    from reference_portal.commands.mailbox import run

    run(host, smtp_port, http_port)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default=Path("docs/openapi.json"))
def openapi(file: Path) -> None:
    """Write the contract as OpenAPI 3.1."""
    from reference_portal.web.app import openapi_text

    file.write_text(openapi_text(), encoding="utf-8")
