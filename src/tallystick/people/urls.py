"""The people room's addresses."""

from django.urls import path

from tallystick.people import views

app_name = "people"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/organisations/", views.organisations, name="organisations"),
]
