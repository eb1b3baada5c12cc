"""The demo's money: gifts, payments, programmes for people, mistakes put right, old grants brought over."""

from typing import TYPE_CHECKING, Any

from tallystick.fund.acts import books, brought, gifts, payments, programmes, totals
from tallystick.fund.grants import grants
from tallystick.people import acts as people
from tallystick.record import chance, clock
from tallystick.record.files import NewFile

if TYPE_CHECKING:
    from tallystick.site.demo import Story

BANK, CHURCH = "willow-credit-union", "st-brigid-parish"
GENERAL, RENT, KOBE = "general", "rent-2-willow", "kobe"
CODES = (
    ("purpose", "any", "Anything the fund is for"),
    ("purpose", "shelter", "Shelter"),
    ("purpose", "shelter.rent", "Rent"),
    ("purpose", "shelter.repair", "Repair of homes"),
    ("purpose", "food", "Food"),
    ("purpose", "water", "Drinking water"),
    ("place", "any", "Anywhere"),
    ("place", "willow_bend", "Willow Bend"),
    ("place", "willow_bend.lower", "Lower Willow Bend"),
)
ORGANISATIONS = (
    ("willow-roofers", "Willow Bend Roofers", "vendor"),
    ("clearwater", "Clearwater Bottling", "vendor"),
    ("tenants-union", "Lower Bend Tenants Union", "charity"),
    ("rotary", "Rotary Club of Upper Fork", "club"),
    ("county-fund", "Fork County Recovery Fund", "fund"),
)
PLACE = "willow_bend"
OLD_GRANTS = """ProjectStatus,ChfId,AllocationYear,ChfProjectCode,ProjectTitle,ApplicationID,ApplicationCode,AllocationSourceName,PooledFundName,CountryCode,PartnerCode,OrganizationName,Budget,ApprovedDate,FundType
Closed,1,2019,WB-19-1,Flood walls for Mill Street,-1,-1,Standard,Willow Bend,USA,1,Willow Bend Roofers,12500.00,3/4/2019 12:00:00 AM,CBPF
Closed,1,2019,WB-19-2,Pumps for the lower town,-1,-1,Standard,Willow Bend,USA,2,Clearwater Bottling,7250.50,5/20/2019 12:00:00 AM,CBPF
"""  # noqa: E501


class Money:
    """The part of the story that Bram, the treasurer, writes down."""

    def __init__(self, story: "Story") -> None:
        self.story = story
        self.gifts: list[str] = []

    @property
    def bram(self) -> Any:
        """The treasurer."""
        return self.story.actor("Bram")

    def open_books(self) -> None:
        """Codes, holders, pools, accounts, an opening balance."""
        does, bram = self.story.does, self.bram
        for kind, code, label in CODES:
            does(books.label_code, bram, kind=kind, code=code, label=label)
        does(books.add_holder, bram, id=BANK, name="Willow Bend Credit Union account", legal_form="bank_account")
        does(books.add_holder, bram, id=CHURCH, name="St. Brigid Parish", legal_form="fiscal_sponsor")
        does(books.open_pool, bram, id=GENERAL, name="General relief", purpose="any", place="any")
        does(
            books.open_pool, bram, id=RENT, name="Rent for Willow Bend", purpose="shelter.rent", place=PLACE,
            secondary="shelter",
        )  # fmt: skip
        does(books.open_pool, bram, id=KOBE, name="Sister city Kobe", purpose="any", place="any")
        for holder, pool, currency in (
            (BANK, GENERAL, "USD"), (BANK, RENT, "USD"), (CHURCH, GENERAL, "USD"), (BANK, KOBE, "USD"),
            (BANK, KOBE, "JPY"),
        ):  # fmt: skip
            does(books.open_account, bram, holder=holder, pool=pool, currency=currency)
        paper = NewFile(b"Bank statement: balance brought forward 4,180.00 USD\n", "text/plain", "statement.txt")
        does(books.bring_forward, bram, account=f"{CHURCH}/{GENERAL}/USD", minor=4_180_00, currency="USD", paper=paper)
        for ref, name, sector in ORGANISATIONS:
            does(people.add_organisation, bram, id=ref, name=name, sector=sector)

    def receive_gifts(self) -> None:
        """Three weeks of gifts: small ones from people, larger ones from organisations, one from across the sea."""
        story, rng = self.story, self.story.rng
        for day in range(21):
            for _ in range(rng.randint(1, 4)):
                restricted = rng.random() < 0.4
                pool = RENT if restricted else GENERAL
                self.gift(
                    pool, rng.choice((2_500, 5_000, 10_000, 25_000, 100_000)), "shelter.rent" if restricted else "any",
                    donor_name=f"Made-up Giver {day}",
                )  # fmt: skip
            story.next_day()
        self.gift(GENERAL, 60_000_00, "any", giver="rotary")
        self.gift(RENT, 90_000_00, "shelter.rent", giver="county-fund")
        story.does(
            gifts.receive_gift, self.bram, account=f"{BANK}/{KOBE}/JPY", minor=3_000_000, currency="JPY",
            purpose="any", place="any", donor_name="Made-up Giver in Kobe",
        )  # fmt: skip

    def gift(self, pool: str, minor: int, purpose: str, **more: Any) -> str:
        """One gift in dollars."""
        place = "any" if purpose == "any" else PLACE
        recorded = self.story.does(
            gifts.receive_gift, self.bram, account=f"{BANK}/{pool}/USD", minor=minor, currency="USD", purpose=purpose,
            place=place, happened=self.story.today.isoformat(), **more,
        )  # fmt: skip
        self.gifts.append(recorded.entry.id)
        return str(recorded.entry.id)

    def approved(self, act: str, terms: dict[str, Any]) -> str:
        """A request by Chloe, approved by Dov and Esi; its id."""
        story, request = self.story, chance.new_id()
        story.does(payments.request, story.actor("Chloe"), id=request, act=act, terms=terms)
        for name in ("Dov", "Esi"):
            story.does(payments.approve, story.actor(name), request=request, act=act, terms=terms)
        return request

    def payment(self, to: str, minor: int, purpose: str, text: str) -> str:
        """A whole payment: vote, request, two approvals, pending transfer; its transfer's id."""
        terms = {"from": f"{BANK}/{GENERAL}/USD", "to": to, "minor": minor, "currency": "USD", "purpose": purpose,
                 "place": PLACE}  # fmt: skip
        motion = self.story.carried(text, "fund.pay", terms)
        request = self.approved("fund.pay", terms)
        return str(self.story.does(payments.pay, self.bram, request=request, motion=motion).entry.id)

    def settled(self, transfer: str, reference: str) -> None:
        """The bank has paid."""
        day = self.story.today.isoformat()
        self.story.does(payments.settle, self.bram, transfer=transfer, reference=reference, happened=day)

    def pay_organisations(self) -> None:
        """Payments settled, one void, money moved between holders, yen exchanged, a request changed and withdrawn."""
        story, does = self.story, self.story.does
        self.settled(self.payment("clearwater", 3_200_00, "water", "Buy 4,000 bottles of water."), "CU-1001")
        self.settled(self.payment("willow-roofers", 18_750_00, "shelter.repair", "Mend twelve roofs."), "CU-1002")
        refused = self.payment("tenants-union", 900_00, "shelter.rent", "Advice for tenants.")
        does(payments.void, self.bram, transfer=refused, reason="bank_refused")
        self.settled(self.payment("tenants-union", 900_00, "shelter.rent", "Advice, second try."), "CU-1003")
        terms = {"from": f"{BANK}/{GENERAL}/USD", "to": f"{CHURCH}/{GENERAL}/USD", "minor": 5_000_00,
                 "currency": "USD"}  # fmt: skip
        moved = does(payments.move, self.bram, request=self.approved("fund.move", terms))
        self.settled(moved.entry.id, "CU-1004")
        rate = {"from": f"{BANK}/{KOBE}/JPY", "to": f"{BANK}/{KOBE}/USD", "minor": 1_500_000, "currency": "JPY",
                "minor_to": 10_050_00, "currency_to": "USD", "rate_num": 67, "rate_den": 10_000}  # fmt: skip
        does(payments.exchange, self.bram, request=self.approved("fund.exchange", rate))
        chloe, request = story.actor("Chloe"), chance.new_id()
        asked = {"from": f"{BANK}/{GENERAL}/USD", "to": "clearwater", "minor": 800_00, "currency": "USD",
                 "purpose": "water", "place": PLACE}  # fmt: skip
        does(payments.request, chloe, id=request, act="fund.pay", terms=asked)
        does(payments.change_request, chloe, id=request, act="fund.pay", terms={**asked, "minor": 650_00})
        does(payments.withdraw_request, chloe, id=request)
        self.payment("clearwater", 1_100_00, "water", "Water for the school.")  # left on its way

    def programme(self, name: str, until_days: int, aside: int) -> None:
        """A programme opened by a vote, its purse filled."""
        from datetime import timedelta

        criteria = NewFile(
            b"Who: households whose home took water. How much: one month's rent. Who decides: two members.\n",
            "text/plain",
            "criteria.txt",
        )
        terms = {"id": name, "account": f"{BANK}/{RENT}/USD", "purpose": "shelter.rent", "place": PLACE,
                 "cap": 1_500_00, "currency": "USD", "total": 60_000_00,
                 "until": (self.story.today + timedelta(days=until_days)).isoformat()}  # fmt: skip
        motion = self.story.carried(
            f"Open the programme {name}.", "fund.open_programme", {**terms, "criteria": criteria.sha256}
        )
        self.story.does(programmes.open_programme, self.bram, motion=motion, criteria=criteria, **terms)
        self.story.does(programmes.set_aside, self.bram, programme=name, minor=aside, currency="USD")

    def households(self, programme: str, number: int) -> None:
        """So many households paid from a programme, their release approved by two."""
        story = self.story
        for household in range(number):
            story.does(
                programmes.pay_person, story.actor("Chloe"), programme=programme, person=None,
                minor=story.rng.randrange(400_00, 1_400_00, 25_00),
                details={"name": f"Made-up Household {household}", "phone": f"555-01{household:02d}"},
                repeat_id=chance.new_id(),
            )  # fmt: skip
        prepared = story.does(programmes.release, story.actor("Chloe"), programme=programme)
        for name in ("Dov", "Esi"):
            story.does(programmes.approve_release, story.actor(name), programme=programme, root=prepared.root)

    def help_people(self) -> None:
        """Two programmes: one goes on and tells a total, one ends and its last payments are told with its money."""
        story = self.story
        self.programme("first-month-rent", 300, 30_000_00)
        self.households("first-month-rent", 14)
        story.next_day(3)
        with clock.set_to(story.now()):
            assert totals.tell_due_totals()
        self.programme("tarps-and-tents", 200, 20_000_00)
        self.households("tarps-and-tents", 11)
        story.does(programmes.end_programme, self.bram, programme="tarps-and-tents")
        story.next_day(3)
        with clock.set_to(story.now()):
            assert totals.tell_ended_totals()
        self.households("first-month-rent", 4)  # too few to tell yet
        # Nobody needs rent any more in this story: what is left goes where people were told it would.
        motion = story.carried("Rent is paid: let the rest mend homes.", "fund.turn_pool",
                               {"pool": RENT, "purpose": "shelter"})  # fmt: skip
        story.does(gifts.turn_pool, self.bram, motion=motion, pool=RENT, purpose="shelter")

    def correct_mistakes(self) -> None:
        """A gift written down twice, taken back in the open."""
        twice = self.gift(GENERAL, 250_00, "any", donor_name="Made-up Giver")
        request = self.approved("fund.reverse", {"transfer": twice, "reason": "recorded_twice"})
        self.story.does(payments.reverse, self.bram, request=request)

    def bring_over_old_grants(self) -> None:
        """Grants of 2019 that others decided, each resting on a row of a published table."""
        does, bram, holder = self.story.does, self.bram, "fork-county"
        content = OLD_GRANTS.encode()
        does(books.add_holder, bram, id=holder, name="Fork County", legal_form="county")
        source = does(brought.add_source, bram, content=content, format="ocha_pooled_funds", name="grants-2019.csv")
        table = grants("ocha_pooled_funds", content)
        pool = table[0].pool
        does(books.open_pool, bram, id=pool, name=table[0].pool_name, purpose="any", place="any")
        does(books.open_account, bram, holder=holder, pool=pool, currency="USD")
        digest, account = source.entry.args["sha256"], f"{holder}/{pool}/USD"
        references = {name: ref for ref, name, _ in ORGANISATIONS}
        does(
            brought.bring_over, bram, source=digest, kind="gift", account=account,
            minor=sum(grant.minor for grant in table), currency="USD",
        )  # fmt: skip
        for grant in table:
            does(
                brought.bring_over, bram, source=digest, kind="payment", account=account, minor=grant.minor,
                currency=grant.currency, row=grant.row, organisation=references[grant.payee], happened=grant.day,
            )  # fmt: skip
