"""The vault: what is kept opens only for its person, and what is erased is nowhere."""

import json

import pytest
from django.conf import settings
from django.db import connection

from tallystick.record import clock, keys, seals, vault
from tallystick.record.models import VaultKey, VaultValue


@pytest.fixture
def home(tmp_path, settings):
    """A home of its own, so that a test can lose its master key."""
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def ama(db, home):
    return vault.new_person()


def test_a_sealed_value_opens_to_what_was_sealed(ama):
    digest = vault.seal(ama, "donor", "Ama Osei")
    assert vault.reveal(digest) == ("donor", "Ama Osei")
    assert seals.digest(vault.disclosure(digest)) == digest
    assert vault.seal(ama, "donor", "Ama Osei") != digest


def test_personal_fields_are_kept_and_replaced(ama):
    vault.put(ama, "phone", "504 555 0100")
    vault.put(ama, "phone", "504 555 0199")
    digest = vault.seal(ama, "line", {"minor": 5})
    assert vault.values(ama) == [
        vault.Value("phone", "504 555 0199", ""),
        vault.Value("line", {"minor": 5}, digest),
    ]


def test_what_is_not_kept_is_said_so(ama):
    with pytest.raises(vault.NotInVault):
        vault.reveal("A" * 43)
    with pytest.raises(vault.NotInVault):
        vault.values("nobody")
    with pytest.raises(vault.NotInVault):
        vault.erase("nobody")


def test_nothing_is_kept_in_clear(ama):
    vault.seal(ama, "donor", "Ama Osei")
    vault.put(ama, "phone", "504 555 0100")
    kept = json.dumps([str(row) for row in (*VaultKey.objects.values(), *VaultValue.objects.values())])
    assert "Osei" not in kept
    assert "0100" not in kept


def test_the_master_key_is_private_and_made_once(ama, home):
    path = home / "keys" / vault.MASTER_KEY
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_text()
    vault.new_person()
    assert path.read_text() == before
    with pytest.raises(keys.KeyExists):
        keys.keep_secret(path, "another")
    assert [each.name for each in path.parent.iterdir()] == [vault.MASTER_KEY]


def test_a_lost_master_key_is_not_papered_over(ama, home):
    digest = vault.seal(ama, "donor", "Ama Osei")
    path = home / "keys" / vault.MASTER_KEY
    kept = path.read_text()
    path.unlink()
    for attempt in (lambda: vault.reveal(digest), vault.new_person, lambda: vault.put(ama, "name", "Ama")):
        with pytest.raises(vault.NoMasterKey, match="backup"):
            attempt()
    path.write_text("ab" * 32)
    with pytest.raises(vault.NoMasterKey, match="not the key"):
        vault.reveal(digest)
    path.write_text("half")
    with pytest.raises(vault.NoMasterKey, match="64 hex"):
        vault.reveal(digest)
    path.write_text(kept)
    assert vault.reveal(digest) == ("donor", "Ama Osei")


def test_a_ciphertext_opens_only_where_it_was_written(ama):
    first, second = vault.seal(ama, "donor", "Ama Osei"), vault.seal(ama, "donor", "Ben Roy")
    one, two = VaultValue.objects.get(digest=first), VaultValue.objects.get(digest=second)
    VaultValue.objects.filter(digest=first).update(nonce=two.nonce, ciphertext=two.ciphertext)
    with pytest.raises(vault.Damaged):
        vault.reveal(first)
    VaultValue.objects.filter(digest=first).update(nonce=one.nonce, ciphertext=one.ciphertext, name="name")
    with pytest.raises(vault.Damaged):
        vault.reveal(first)
    VaultValue.objects.filter(digest=first).update(name="donor", person=vault.new_person())
    with pytest.raises(vault.Damaged):
        vault.reveal(first)
    VaultValue.objects.filter(digest=first).update(person=ama)
    assert vault.reveal(first) == ("donor", "Ama Osei")


def test_an_erased_person_leaves_digests_only(ama):
    digest = vault.seal(ama, "donor", "Ama Osei")
    vault.put(ama, "phone", "504 555 0100")
    with clock.set_to("2026-03-02T15:00:00Z"):
        assert vault.erase(ama) == "2026-03-02T15:00:00Z"
    for attempt in (
        lambda: vault.reveal(digest),
        lambda: vault.disclosure(digest),
        lambda: vault.values(ama),
        lambda: vault.put(ama, "name", "Ama"),
        lambda: vault.seal(ama, "name", "Ama"),
        lambda: vault.erase(ama),
    ):
        with pytest.raises(vault.Erased, match="2026-03-02"):
            attempt()
    row = VaultValue.objects.get()
    assert (row.digest, bytes(row.ciphertext), bytes(row.nonce)) == (digest, b"", b"")
    assert VaultKey.objects.get().wrapped is None


def database_bytes() -> bytes:
    """The database's files, the write-ahead file too."""
    name = str(connection.settings_dict["NAME"])
    found = b""
    for path in (name, f"{name}-wal"):
        try:
            with open(path, "rb") as file:
                found += file.read()
        except FileNotFoundError:
            continue
    return found


@pytest.mark.django_db(transaction=True)
def test_what_was_erased_is_nowhere_in_the_databases_files(tmp_path, settings):
    if connection.vendor != "sqlite" or connection.is_in_memory_db():
        pytest.skip("This looks into SQLite's own files.")
    settings.HOME = tmp_path
    gone, stays = vault.new_person(), vault.new_person()
    for person in (gone, stays):
        vault.seal(person, "line", {"note": "n" * 3000})
        vault.put(person, "phone", "504 555 0100")
    rows = VaultValue.objects.filter(person=gone)
    secret = [bytes(VaultKey.objects.get(pk=gone).wrapped)]
    secret += [bytes(part) for row in rows for part in (row.ciphertext, row.nonce)]
    kept = bytes(VaultKey.objects.get(pk=stays).wrapped)
    assert all(each[:200] in database_bytes() for each in (*secret, kept))
    vault.erase(gone)
    after = database_bytes()
    assert not [each for each in secret if each[:200] in after or each[-12:] in after]
    assert kept in after


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We thank AMA  OSEI for the photo.", ["name"]),
        ("Osei, Ama: paid", ["name"]),
        ("Amá Oséi", ["name"]),
        ("Call (504) 555-0100 today", ["phone"]),
        ("+1 504.555.0100", ["phone"]),
        ("near 12 Rue d'Église, upstairs", ["address"]),
        ("12 RUE D EGLISE / Ama Osei", ["name", "address"]),
        ("Ama Oseima and 504 555 0199", []),
        ("Ama lives in Rue d'Église", []),
        ("", []),
    ],
)
def test_a_text_that_names_somebody_is_noticed(ama, text, found):
    vault.put(ama, "name", "Ama Osei")
    vault.put(ama, "phone", "+1 (504) 555-0100")
    vault.put(ama, "address", "12 Rue d’Église")
    vault.put(ama, "language", "today")
    assert [each.name for each in vault.mentions(text)] == found
    assert all(each.person == ama for each in vault.mentions(text))


def test_a_sealed_name_is_noticed_too_and_an_erased_one_is_forgotten(ama):
    vault.seal(ama, "donor", "Ben Roy")
    assert vault.mentions("Thanks to Ben Roy.") == [vault.Mention(ama, "donor", "Ben Roy")]
    vault.erase(ama)
    assert vault.mentions("Thanks to Ben Roy.") == []


def test_the_logs_keys_are_kept_and_change_over(home):
    with pytest.raises(keys.NoLogKey, match="backup"):
        keys.log_signers()
    first = keys.make_log_key("relief.example")
    with pytest.raises(keys.KeyExists):
        keys.make_log_key("relief.example")
    with pytest.raises(keys.NoLogKey, match="next"):
        keys.retire_log_key()
    second = keys.make_next_log_key("relief.example")
    assert keys.log_signers() == [first, second]
    assert keys.retire_log_key() == second
    assert keys.log_signers() == [second]
    (settings.HOME / "keys" / keys.LOG_KEY).write_text("no key")
    with pytest.raises(keys.NoLogKey, match="cannot be read"):
        keys.log_signers()
