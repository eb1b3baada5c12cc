"""Lies about the record itself, people and mandates."""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tallystick.record.note import Signer
from tests.audit.book import CHAIR, ORIGIN, TREASURER, Book, canonical
from tests.audit.lies import lie


@lie("record.adopt")
def a_rule_version_nobody_wrote(b: Book, lying: bool) -> None:
    # Version 1 is all there is so far; the honest twin is any other entry.
    if lying:
        b.system("record.adopt", {"act": "fund.pay", "version": 2})
    else:
        b.vote(b.open(), "ana")


@lie("record.rotate_key")
def a_key_the_fund_never_had(b: Book, lying: bool) -> None:
    stranger = Signer(ORIGIN, b.rng.randbytes(32)).vkey
    new = Signer(ORIGIN, b.rng.randbytes(32)).vkey
    b.system(
        "record.rotate_key", {"old": stranger if lying else b.signer.vkey, "new": new, "retires": b.moment(days=9)}
    )


@lie("record.take_down")
def a_file_taken_down_that_the_record_rests_on(b: Book, lying: bool) -> None:
    b.wait(days=5)
    b.close("2026-03-01")
    digest = b.entries[-1]["body"]["args"]["file"] if lying else b.file(b"a text that names somebody")
    b.system("record.take_down", {"sha256": digest, "reason": "mistake"})


@lie("record.take_down")
def a_file_taken_down_by_a_member(b: Book, lying: bool) -> None:
    digest = b.file(b"a text that names somebody")
    args = {"sha256": digest, "reason": "names_a_person"}
    b.write("record.take_down", "ana" if lying else "system", args, committee="")


@lie("record.close_day")
def a_day_left_out(b: Book, lying: bool) -> None:
    b.wait(days=5)
    b.close("2026-03-01")
    b.close("2026-03-03" if lying else "2026-03-02")


@lie("record.close_day")
def a_close_without_decoys(b: Book, lying: bool) -> None:
    b.wait(days=5)
    b.close("2026-03-01", number=63 if lying else 64)


@lie("record.close_day")
def a_close_with_another_root(b: Book, lying: bool) -> None:
    b.wait(days=5)
    b.close("2026-03-01", **({"root": b.rng.randbytes(32).hex()} if lying else {}))


@lie("record.close_day")
def a_day_closed_before_it_is_over(b: Book, lying: bool) -> None:
    b.wait(hours=1 if lying else 30)
    b.close("2026-03-01")


@lie("people.found")
def a_second_founding(b: Book, lying: bool) -> None:
    if lying:
        args = {**b.entries[0]["body"]["args"], "name": "Another Fund"}
        b.write("people.found", "ana", args, committee="")
    else:
        b.open()


@lie("people.open_committee")
def a_committee_that_less_than_half_can_decide(b: Book, lying: bool) -> None:
    args = {"id": b.new(), "name": "Night shift", "quorum": 2, "majority_num": 1, "majority_den": 3 if lying else 2,
            "notice": 0}  # fmt: skip
    b.write("people.open_committee", "ana", args, under=["chair"])


@lie("people.admit_member")
def a_member_admitted_twice(b: Book, lying: bool) -> None:
    member = b.new()
    b.write("people.admit_member", "ana", {"member": member}, under=["chair"])
    b.write("people.admit_member", "ana", {"member": member if lying else b.new()}, under=["chair"])


@lie("people.admit_member")
def an_act_without_any_mandate(b: Book, lying: bool) -> None:
    b.write("people.admit_member", "ana", {"member": b.new()}, under=[] if lying else ["chair"])


@lie("people.leave")
def a_member_thrown_out_by_another(b: Book, lying: bool) -> None:
    b.write("people.leave", "ana" if lying else "gus", {"member": b.who["gus"]}, committee="")


@lie("people.seat_member")
def a_seat_for_oneself(b: Book, lying: bool) -> None:
    kitchen = _kitchen(b)
    member = b.who["ana" if lying else "gus"]
    b.write("people.seat_member", "ana", {"committee": kitchen, "member": member}, under=["chair"])


def _kitchen(b: Book, quorum: int = 2) -> str:
    kitchen = b.new()
    args = {"id": kitchen, "name": "Kitchen", "quorum": quorum, "majority_num": 1, "majority_den": 2, "notice": 0}
    b.write("people.open_committee", "ana", args, under=["chair"])
    return kitchen


@lie("people.seat_member")
def a_committee_packed_with_puppets(b: Book, lying: bool) -> None:
    kitchen = _kitchen(b, quorum=2)
    b.write("people.seat_member", "ana", {"committee": kitchen, "member": b.who["gus"]}, under=["chair"])
    puppet = b.new()
    b.write("people.admit_member", "ana", {"member": puppet}, under=["chair"])
    args = {"committee": b.committee if lying else kitchen, "member": puppet}
    b.write("people.seat_member", "ana", args, under=["chair"])


@lie("people.grant_mandate")
def an_approver_made_by_one_person(b: Book, lying: bool) -> None:
    both = b.mandate("both", "ana", ["people.grant_mandate", "fund.approve", "fund.request"])
    b.write("decide.grant_mandate", "bo", both, under=["clerk", b.decide("decide.grant_mandate", both)])
    acts = ["fund.approve"] if lying else ["fund.request"]
    b.write("people.grant_mandate", "ana", b.mandate("puppet", "gus", acts), under=["both"])


@lie("people.leave_seat")
def a_seat_taken_from_somebody(b: Book, lying: bool) -> None:
    b.write("people.leave_seat", "ana" if lying else "fay", {"committee": b.committee, "member": b.who["fay"]})


@lie("people.grant_mandate")
def a_right_passed_on_that_one_lacks(b: Book, lying: bool) -> None:
    acts = ["fund.pay"] if lying else ["people.admit_member"]
    b.write("people.grant_mandate", "ana", b.mandate("gift", "gus", acts), under=["chair"])


@lie("people.grant_mandate")
def a_right_widened_for_oneself(b: Book, lying: bool) -> None:
    given = b.mandate("more", "ana" if lying else "gus", CHAIR[:1])
    b.write("people.grant_mandate", "ana", given, under=["chair"])


@lie("people.grant_mandate")
def a_right_beyond_ones_own_term(b: Book, lying: bool) -> None:
    change = {"ends": "2028-03-01T00:00:00Z"} if lying else {}
    b.write("people.grant_mandate", "ana", b.mandate("long", "gus", CHAIR[:1], **change), under=["chair"])


@lie("people.grant_mandate")
def a_limit_above_ones_own(b: Book, lying: bool) -> None:
    given = b.mandate("rich", "gus", CHAIR[:1], most=10**10 if lying else 10**8)
    b.write("people.grant_mandate", "ana", given, under=["chair"])


@lie("people.resign_mandate")
def anothers_mandate_resigned(b: Book, lying: bool) -> None:
    b.write("people.resign_mandate", "ana" if lying else "bo", {"mandate": b.mandates["treasurer"]}, committee="")


@lie("people.add_organisation")
def an_organisation_that_takes_anothers_reference(b: Book, lying: bool) -> None:
    b.treasurer("people.add_organisation", {"id": "org-1", "name": "First Church", "sector": "church"})
    reference = "org-1" if lying else "org-2"
    b.treasurer("people.add_organisation", {"id": reference, "name": "Other Church", "sector": "church"})


@lie("people.name_representative")
def a_member_who_names_herself_to_speak(b: Book, lying: bool) -> None:
    b.treasurer("people.add_organisation", {"id": "org-1", "name": "First Church", "sector": "church"})
    args = {"organisation": "org-1", "member": b.who["ana" if lying else "gus"]}
    b.write("people.name_representative", "ana", args, under=["chair"])


@lie("people.end_representative")
def a_representative_silenced_without_right(b: Book, lying: bool) -> None:
    b.treasurer("people.add_organisation", {"id": "org-1", "name": "First Church", "sector": "church"})
    args = {"organisation": "org-1", "member": b.who["gus"]}
    b.write("people.name_representative", "ana", args, under=["chair"])
    b.write("people.end_representative", "fay" if lying else "gus", args)


def _key(b: Book) -> tuple[Ed25519PrivateKey, dict[str, str]]:
    private = Ed25519PrivateKey.from_private_bytes(b.rng.randbytes(32))
    public = base64.b64encode(private.public_key().public_bytes_raw()).decode()
    return private, {"id": b.new(), "public_key": public}


@lie("people.register_key")
def a_key_of_the_wrong_length(b: Book, lying: bool) -> None:
    _, key = _key(b)
    if lying:
        key["public_key"] = base64.b64encode(b.rng.randbytes(31)).decode()
    b.write("people.register_key", "bo", key, committee="")


@lie("people.revoke_key")
def anothers_key_revoked(b: Book, lying: bool) -> None:
    _, key = _key(b)
    b.write("people.register_key", "bo", key, committee="")
    b.write("people.revoke_key", "cleo" if lying else "bo", {"id": key["id"]}, committee="")


def _signed(b: Book, private: Ed25519PrivateKey, key: str) -> None:
    entry = b.entries[-1]
    said = {name: value for name, value in entry.items() if name not in ("at", "sig")}
    entry["sig"] = {"key": key, "value": base64.b64encode(private.sign(canonical(said))).decode()}


@lie("people.leave_seat")
def a_signature_over_something_else(b: Book, lying: bool) -> None:
    private, key = _key(b)
    b.write("people.register_key", "fay", key, committee="")
    b.write("people.leave_seat", "fay", {"committee": b.committee, "member": b.who["fay"]})
    _signed(b, private, key["id"])
    if lying:
        b.entries[-1]["id"] = b.new()


@lie("people.leave_seat")
def a_signature_with_a_revoked_key(b: Book, lying: bool) -> None:
    private, key = _key(b)
    b.write("people.register_key", "fay", key, committee="")
    if lying:
        b.write("people.revoke_key", "fay", {"id": key["id"]}, committee="")
    b.write("people.leave_seat", "fay", {"committee": b.committee, "member": b.who["fay"]})
    _signed(b, private, key["id"])


@lie("people.leave_seat")
def a_signature_with_anothers_key(b: Book, lying: bool) -> None:
    private, key = _key(b)
    b.write("people.register_key", "gus" if lying else "fay", key, committee="")
    b.write("people.leave_seat", "fay", {"committee": b.committee, "member": b.who["fay"]})
    _signed(b, private, key["id"])


@lie("people.admit_member")
def a_line_written_into_the_past(b: Book, lying: bool) -> None:
    b.write("people.admit_member", "ana", {"member": b.new()}, under=["chair"])
    change = {"at": b.moment(days=-1)} if lying else {}
    b.write("people.admit_member", "ana", {"member": b.new()}, under=["chair"], **change)


@lie("people.admit_member")
def an_id_used_twice(b: Book, lying: bool) -> None:
    first = b.write("people.admit_member", "ana", {"member": b.new()}, under=["chair"])
    b.write("people.admit_member", "ana", {"member": b.new()}, under=["chair"], **({"id": first} if lying else {}))


@lie("people.admit_member")
def a_correction_of_nothing(b: Book, lying: bool) -> None:
    first = b.write("people.admit_member", "ana", {"member": b.new()}, under=["chair"])
    corrects = b.new() if lying else first
    b.write("people.admit_member", "ana", {"member": b.new()}, under=["chair"], corrects=corrects)


@lie("people.admit_member")
def a_name_hidden_in_an_entry(b: Book, lying: bool) -> None:
    args = {"member": b.new(), **({"note": "Mrs Smith of Elm Street"} if lying else {})}
    b.write("people.admit_member", "ana", args, under=["chair"])


@lie("fund.add_holder")
def an_expired_mandate(b: Book, lying: bool) -> None:
    b.wait(days=400 if lying else 300)
    b.treasurer("fund.add_holder", {"id": "bank", "name": "Bank", "legal_form": "bank"})


@lie("fund.add_holder")
def a_resigned_mandate(b: Book, lying: bool) -> None:
    if lying:
        b.write("people.resign_mandate", "bo", {"mandate": b.mandates["treasurer"]}, committee="")
    b.treasurer("fund.add_holder", {"id": "bank", "name": "Bank", "legal_form": "bank"})


@lie("fund.add_holder")
def somebody_elses_mandate(b: Book, lying: bool) -> None:
    args = {"id": "bank", "name": "Bank", "legal_form": "bank"}
    b.write("fund.add_holder", "fay" if lying else "bo", args, under=["treasurer"])


@lie("fund.add_holder")
def a_mandate_for_another_committee(b: Book, lying: bool) -> None:
    other = _kitchen(b)
    holder = {"id": "bank", "name": "Bank", "legal_form": "bank"}
    b.write("fund.add_holder", "bo", holder, under=["treasurer"], committee=other if lying else None)


@lie("fund.add_holder")
def an_act_beyond_the_mandate(b: Book, lying: bool) -> None:
    assert "fund.add_holder" in TREASURER
    args = {"id": "bank", "name": "Bank", "legal_form": "bank"}
    b.write("fund.add_holder", "ana" if lying else "bo", args, under=["chair" if lying else "treasurer"])


@lie("people.seat_member")
def a_dwindled_committee_filled_with_puppets(b: Book, lying: bool) -> None:
    kitchen = _kitchen(b, quorum=1)
    b.write("people.seat_member", "ana", {"committee": kitchen, "member": b.who["gus"]}, under=["chair"])
    b.write("people.leave_seat", "gus", {"committee": kitchen, "member": b.who["gus"]})
    fresh = kitchen if lying else _kitchen(b, quorum=1)
    b.write("people.seat_member", "ana", {"committee": fresh, "member": b.who["fay"]}, under=["chair"])


@lie("record.close_day")
def a_close_that_rests_on_a_file_taken_down(b: Book, lying: bool) -> None:
    b.wait(days=5)
    b.close("2026-03-01")
    close = b.entries.pop()
    digest = close["body"]["args"]["file"] if lying else b.file(b"another text")
    b.system("record.take_down", {"sha256": digest, "reason": "mistake"})
    b.system("record.close_day", close["body"]["args"], files=[close["body"]["args"]["file"]])


@lie("record.rotate_key")
def a_key_that_can_never_sign(b: Book, lying: bool) -> None:
    new = f"{ORIGIN}+00000000+AAAA" if lying else Signer(ORIGIN, b.rng.randbytes(32)).vkey
    b.system("record.rotate_key", {"old": b.signer.vkey, "new": new, "retires": b.moment(days=9)})
