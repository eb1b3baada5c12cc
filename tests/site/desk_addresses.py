"""The site's addresses with the desk's among them."""

from django.urls import include, path

from tallystick.site.urls import handler400, handler403, handler404, handler500  # noqa: F401
from tallystick.site.urls import urlpatterns as site

urlpatterns = [path("desk/", include("tallystick.site.desk_urls")), *site]
