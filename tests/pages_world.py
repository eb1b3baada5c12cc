"""A small fund with a story, for tests of the public pages: gifts, payments, a correction, a programme, votes."""

from dataclasses import dataclass

from django.test import Client

from tallystick.decide import acts as decide
from tallystick.fund.acts import books, brought, payments
from tallystick.fund.grants import grants
from tallystick.people import acts as people
from tallystick.record import clock
from tallystick.record.files import NewFile
from tests.founding import ACCOUNT, World, found, new_id

DONOR = "Marguerite Boudreaux"
TITLE = "Emergency roofs\nfor 200 households"
TABLE = (
    "AllocationYear,ChfProjectCode,ProjectTitle,PooledFundName,CountryCode,OrganizationName,Budget,ApprovedDate,FundType\n"
    f'2016,SOM-16/1,"{TITLE}",Somalia,SOM,Roofs for All,1500.00,2016-03-20,CERF\n'
    "2016,SOM-16/2,Water,Somalia,SOM,Wells & Co,500.00,2016-05-02,CERF\n"
)


@dataclass
class Story:
    """What the story left behind, by id."""

    world: World
    gift: str
    wrong: str
    correction: str
    payment: str
    pending: str
    motion: str
    failed: str
    open: str
    brought: str


PAY = {"from": ACCOUNT, "to": "roofer", "currency": "USD", "purpose": "relief.roofs", "place": "us.la"}


def _paid(world: World, minor: int) -> tuple[str, str]:
    terms = {**PAY, "minor": minor}
    motion = world.carried("fund.pay", terms)
    request = world.approved("fund.pay", terms)
    recorded = payments.pay(world.actor("treasurer"), request=request, motion=motion)
    return recorded.entry.id, motion


def _votes(world: World) -> tuple[str, str]:
    chair = world.actor("chair")
    failed, still_open = new_id(), new_id()
    decide.open_motion(chair, id=failed, text="Shall we buy a boat?\n\nIt costs much.", closes="2099-01-01T00:00:00Z")
    for name in ("chair", "treasurer", "caseworker", "ama", "ben"):
        decide.vote(world.actor(name), motion=failed, choice="no" if name != "ama" else "yes")
    decide.close_motion(chair, motion=failed)
    decide.open_motion(chair, id=still_open, text="<b>Shall</b> we meet on Sundays?", closes="2099-01-01T00:00:00Z")
    decide.vote(world.actor("ama"), motion=still_open, choice="abstain")
    return failed, still_open


def _brought(world: World) -> str:
    treasurer = world.actor("treasurer")
    content = TABLE.encode()
    rows = grants("ocha_pooled_funds", content)
    source = brought.add_source(treasurer, content=content, format="ocha_pooled_funds", name="grants.csv")
    digest = source.entry.args["sha256"]
    pool = rows[0].pool
    books.open_pool(treasurer, id=pool, name=rows[0].pool_name, purpose="any", place="any")
    books.open_account(treasurer, holder="host", pool=pool, currency="USD")
    account = f"host/{pool}/USD"
    common = {"source": digest, "account": account, "currency": "USD"}
    brought.bring_over(treasurer, kind="gift", minor=sum(each.minor for each in rows), **common)
    last = ""
    for each in rows:
        people.add_organisation(treasurer, id=each.payee_ref, name=each.payee, sector="charity")
        recorded = brought.bring_over(
            treasurer, kind="payment", row=each.row, organisation=each.payee_ref, minor=each.minor,
            happened=each.day, **common,
        )  # fmt: skip
        last = last or recorded.entry.id
    return last


def story() -> Story:
    """Found the fund and let some months pass."""
    world = found()
    treasurer = world.actor("treasurer")
    with clock.set_to("2026-03-02T16:00:00Z"):
        books.label_code(treasurer, kind="place", code="us.la", label="Louisiana")
        books.label_code(treasurer, kind="purpose", code="relief.rent", label="rent")
        paper = NewFile(b"Statement of March 1", "text/plain", "statement.txt")
        books.bring_forward(treasurer, account="host/storm/USD", minor=1_200_00, currency="USD", paper=paper)
    with clock.set_to("2026-04-11T15:00:00Z"):
        gift = world.gift(40_000_00, donor_name=DONOR)
        world.gift(250_00, purpose="relief", giver="roofer")
        wrong = world.gift(999_00)
        terms = {"transfer": wrong, "reason": "recorded_twice"}
        request = world.approved("fund.reverse", terms)
        correction = payments.reverse(treasurer, request=request).entry.id
    with clock.set_to("2026-05-20T15:00:00Z"):
        payment, motion = _paid(world, 8_250_00)
    with clock.set_to("2026-05-23T15:00:00Z"):
        payments.settle(treasurer, transfer=payment, reference="BANK-77", happened="2026-05-22")
        pending, _ = _paid(world, 1_000_00)
        world.programme()
    with clock.set_to("2026-06-02T15:00:00Z"):
        failed, still_open = _votes(world)
        over = _brought(world)
    return Story(world, gift, wrong, correction, payment, pending, motion, failed, still_open, over)


def read(client: Client, path: str, status: int = 200) -> str:
    """A page's text as an outsider sees it; asserts its status."""
    answer = client.get(path)
    assert answer.status_code == status, f"{path}: {answer.status_code}"
    if answer.streaming:
        return ""
    return answer.content.decode(errors="replace")
