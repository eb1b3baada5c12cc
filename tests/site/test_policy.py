"""Every answer tells the browser what it may do, the refusals too."""

import re
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client

import tallystick.site
from tallystick.site.policy import HEADERS, ContentSecurityPolicy

TEMPLATES = sorted((Path(tallystick.site.__file__).parent / "templates").rglob("*.html"))


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/sign-in/", "/nowhere/", "/robots.txt", "/static/site/site.css", "/sign-in"])
def test_every_answer_carries_the_policy(client: Client, path: str) -> None:
    response = client.get(path)
    for name, value in HEADERS.items():
        assert response[name] == value


def test_nothing_inline_and_nobody_else() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "default-src 'none'" in policy


def test_a_view_may_open_its_own_answer() -> None:
    def published(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Cross-Origin-Resource-Policy": "cross-origin"})

    response = ContentSecurityPolicy(published)(HttpRequest())
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_what_the_policy_refuses(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)|hx-on|\bjs:", text)
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", text)
    assert "placeholder=" not in text
