"""The addresses of the record's pages. Those of the published log stand in urls.py."""

from django.urls import path

from tallystick.record import pages

app_name = "record"
urlpatterns = [
    path("record/", pages.entries, name="entries"),
    path("record/entry/<int:index>/", pages.entry, name="entry"),
    path("record/entry/<int:index>/proof", pages.proof, name="proof"),
]
