"""Every address of the site. What all pages share stands here; each room brings its own."""

from allauth.account.views import LoginView, LogoutView
from django.urls import URLPattern, URLResolver, include, path

from tallystick.site import views

# Each room's pages. The published log and the record's pages share the prefix /record/.
ROOMS: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("", include("tallystick.record.urls")),
    path("", include("tallystick.record.page_urls")),
    path("", include("tallystick.people.urls")),
    path("", include("tallystick.decide.urls")),
    path("", include("tallystick.fund.urls")),
    path("", include("tallystick.audit.urls")),
    path("desk/", include("tallystick.site.desk_urls")),
]

# Only these two of allauth's pages exist: nobody signs up here, and no password is reset by mail.
urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", LoginView.as_view(), name="account_login"),
    path("sign-out/", LogoutView.as_view(), name="account_logout"),
    path("language/", views.language, name="language"),
    path("robots.txt", views.robots, name="robots"),
    *ROOMS,
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.broken
