"""Every address of the desk: its first page, and each room's acts."""

from django.urls import include, path

from tallystick.site import desk

own = [
    path("", desk.home, name="home"),
    path("password/", desk.password, name="password"),
    path("people/members/new/", desk.admit, name="admit"),
]
urlpatterns = [
    path("", include((own, "site_desk"))),
    path("", include("tallystick.record.desk_urls")),
    path("", include("tallystick.people.desk_urls")),
    path("", include("tallystick.decide.desk_urls")),
    path("", include("tallystick.fund.desk_urls")),
]
