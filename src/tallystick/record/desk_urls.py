"""The desk's page that every room's acts lead to."""

from django.urls import path

from tallystick.record import desk

app_name = "desk"
urlpatterns = [path("done/<int:index>/", desk.confirmation, name="done")]
