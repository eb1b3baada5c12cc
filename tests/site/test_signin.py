"""Signing in by name and password: who gets in, who is held, and that no address is kept."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account import app_settings
from django.core.cache import cache
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tallystick.site.models import User
from tallystick.site.signin import Adapter

pytestmark = pytest.mark.django_db
PASSWORD = "three herons on a levee"
ADDRESS = "203.0.113.77"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def owner() -> User:
    return User.objects.create_user("ana", PASSWORD, name="Ana Arceneaux", member="7d0c…")


def attempt(client: Client, login: str, password: str) -> Any:
    return client.post("/sign-in/", {"login": login, "password": password}, REMOTE_ADDR=ADDRESS)


def test_the_owner_signs_in_and_out(client: Client, owner: User) -> None:
    response = attempt(client, "Ana", PASSWORD)
    assert (response.status_code, response["Location"]) == (302, "/desk/")
    assert client.session["_auth_user_id"] == str(owner.pk)
    assert owner.password.startswith("argon2$")
    response = client.post("/sign-out/")
    assert response["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_sign_out_asks_first(client: Client, owner: User) -> None:
    client.force_login(owner)
    page = client.get("/sign-out/").content.decode()
    assert "Sign out?" in page
    assert "_auth_user_id" in client.session


def test_sign_in_leads_back_but_never_away(client: Client, owner: User) -> None:
    data = {"login": "ana", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post("/sign-in/", data)["Location"] == "/desk/"
    client.logout()
    assert client.post("/sign-in/", {**data, "next": "/votes/"})["Location"] == "/votes/"


@pytest.mark.parametrize("login", ["ana", "nobody"])
def test_a_wrong_password_says_how_to_mend_it_and_not_which_half_was_wrong(
    client: Client, owner: User, login: str
) -> None:
    page = attempt(client, login, "wrong").content.decode()
    assert "The username and the password do not match." in page
    assert '<a href="#id_login">' in page
    assert "<title>Error: Sign in" in " ".join(page.split())


def test_empty_fields_are_named(client: Client) -> None:
    page = attempt(client, "", "").content.decode()
    assert '<a href="#id_login">Enter your username.</a>' in page
    assert '<a href="#id_password">Enter your password.</a>' in page


def test_too_many_wrong_passwords_hold_that_name_only(client: Client, owner: User) -> None:
    other = User.objects.create_user("berthe", PASSWORD)
    for written in ("ana", "ANA", " ana ", "Ana", "ana"):
        assert "do not match" in attempt(client, written, "wrong").content.decode()
    held = attempt(client, "ana", PASSWORD)
    assert held.status_code == 200
    assert "Wait five minutes" in held.content.decode()
    assert attempt(client, "berthe", PASSWORD).status_code == 302
    assert client.session["_auth_user_id"] == str(other.pk)


def test_another_host_name_is_not_another_count(client: Client, owner: User) -> None:
    for _ in range(5):
        attempt(client, "ana", "wrong")
    held = client.post("/sign-in/", {"login": "ana", "password": PASSWORD}, headers={"host": "127.0.0.1"})
    assert "Wait five minutes" in held.content.decode()


def test_no_address_and_no_name_is_kept(client: Client, owner: User) -> None:
    attempt(client, "ana", "wrong")
    attempt(client, "ana", PASSWORD)
    memory = repr(cache._cache) + repr(cache._expire_info)  # type: ignore[attr-defined]
    assert ADDRESS not in memory
    assert "ana" not in memory
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            assert ADDRESS not in repr(cursor.fetchall())
    assert ADDRESS not in repr(dict(client.session))


def test_no_limit_counts_by_address() -> None:
    assert not [rate for rate in app_settings.RATE_LIMITS.values() if rate and ("/ip" in rate or rate.count("/") < 2)]


def test_nobody_signs_up_or_resets_by_mail(client: Client) -> None:
    assert Adapter().is_open_for_signup(None) is False  # type: ignore[arg-type]
    for name in ("account_signup", "account_reset_password", "account_email"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert client.get("/sign-in/signup/").status_code == 404


def test_a_closed_sign_in_stays_out(client: Client, owner: User) -> None:
    owner.is_active = False
    owner.save()
    response = attempt(client, "ana", PASSWORD)
    assert "_auth_user_id" not in client.session
    assert response.status_code == 403
    assert "This sign-in is closed" in response.content.decode()


def test_names_differ_by_more_than_case(owner: User) -> None:
    with pytest.raises(IntegrityError):
        User.objects.create_user("ANA", PASSWORD)


def test_two_sign_ins_never_share_a_pseudonym(owner: User) -> None:
    User.objects.create_user("cleo")
    User.objects.create_user("dov")  # having none is not sharing one
    with pytest.raises(IntegrityError):
        User.objects.create_user("berthe", PASSWORD, member=owner.member)


def test_a_stale_form_says_what_to_do(owner: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = attempt(strict, "ana", PASSWORD)
    assert response.status_code == 403
    assert "Your form was open too long" in response.content.decode()
