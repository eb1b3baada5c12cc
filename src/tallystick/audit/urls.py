"""The audit's address."""

from django.urls import path

from tallystick.audit import views

app_name = "audit"
urlpatterns = [path("check/", views.check, name="check")]
