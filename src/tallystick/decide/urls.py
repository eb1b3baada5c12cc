"""The decide room's addresses."""

from django.urls import path, re_path

from tallystick.decide import views

app_name = "decide"
urlpatterns = [
    path("votes/", views.votes, name="votes"),
    re_path(
        r"^votes/(?P<key>[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})/$",
        views.motion,
        name="motion",
    ),
]
