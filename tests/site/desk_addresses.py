"""The site's addresses with the desk's among them."""

from django.urls import include, path

from tallystick.site.urls import handler400, handler403, handler404, handler500, urlpatterns as site  # noqa: F401

urlpatterns = [path("desk/", include("tallystick.site.desk_urls")), *site]
